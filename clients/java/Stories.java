import java.net.http.HttpClient;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;

import mockapi.control.api.ClockApi;
import mockapi.control.api.PatsApi;
import mockapi.control.api.ResetApi;
import mockapi.control.api.TokensApi;
import mockapi.control.model.SetClockRequest;
import mockapi.control.model.CreatePersonalTokenRequest;
import mockapi.control.model.CreateTokenRequest;
import mockapi.partner.api.MeterApi;
import mockapi.partner.api.PerformanceScoreApi;
import mockapi.partner.api.SiteApi;
import mockapi.partner.api.TimeseriesApi;
import mockapi.partner.model.PerformanceScore;
import mockapi.partner.model.ScoringProvider;

/** The two stories with clients that openapi-generator generated from docs/openapi/. */
final class Stories {
  private static final int UNREGISTERED = 6;

  private final String url;
  private final mockapi.control.ApiClient control = new mockapi.control.ApiClient();

  private Stories(String url) {
    this.url = url;
    control.setHttpClientBuilder(plain());
    control.updateBaseUri(url + "/__admin");
  }

  public static void main(String[] arguments) throws Exception {
    Stories stories = new Stories(arguments[0]);
    new ResetApi(stories.control).resetWorld(null);
    stories.customer(stories.partner());
  }

  private String partner() throws Exception {
    String token = new TokensApi(control).createToken(new CreateTokenRequest()).getAccessToken();
    var client = new mockapi.partner.ApiClient();
    client.setHttpClientBuilder(plain());
    client.updateBaseUri(url + "/ecostruxure/scoring/v1");
    client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + token));

    var sites = new SiteApi(client).listSites();
    var site = sites.get(UNREGISTERED);
    var meters = new MeterApi(client).listMeters(site.getId());
    System.out.printf(
        "%d sites; %s has %d meters%n", sites.size(), site.getName(), meters.size());

    var association =
        new ScoringProvider().leedId(2147483647673456567L).leedName("Bengaluru Laboratory");
    var scoring = new PerformanceScoreApi(client);
    expect(scoring.createSiteAssociation(site.getId(), association), association);
    pass("PT10M");
    var series =
        new TimeseriesApi(client)
            .listMetrics(
                site.getId(),
                OffsetDateTime.parse("2026-06-01T09:00:00Z"),
                OffsetDateTime.parse("2026-06-01T10:00:00Z"));
    int readings = series.stream().mapToInt(each -> each.getValues().size()).sum();
    System.out.printf("%d readings of %d series%n", readings, series.size());
    expect(readings > 0, true);

    var score =
        new PerformanceScore()
            .date(LocalDate.of(2026, 5, 31))
            .score(new java.math.BigDecimal("87.5"))
            .type(PerformanceScore.TypeEnum.MONTHLY)
            .category(PerformanceScore.CategoryEnum.ENERGY);
    var posted = scoring.createPerformanceScores(site.getId(), List.of(score));
    expect(posted.size(), 1);
    return site.getId();
  }

  private void customer(String site) throws Exception {
    String token =
        new PatsApi(control).createPersonalAccessToken(new CreatePersonalTokenRequest()).getToken();
    var client = new mockapi.user.ApiClient();
    client.setHttpClientBuilder(plain());
    client.updateBaseUri(url + "/ecostruxure/user/scoring/v1");
    client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + token));

    var scoring = new mockapi.user.api.PerformanceScoreApi(client);
    var asked = scoring.createScoringRequest(site);
    pass("PT1M");
    var settled = scoring.getScoringRequestStatus(site, null);
    expect(settled.get(0).getId(), asked.getId());
    expect(settled.get(0).getStatus().toString(), "CONFIGURED");
    var scores = scoring.listPerformanceScores(site, null, null);
    long found =
        scores.stream()
            .filter(each -> LocalDate.of(2026, 5, 31).equals(each.getDate()))
            .filter(each -> "monthly".equals(each.getType().toString()))
            .filter(each -> "energy".equals(each.getCategory().toString()))
            .count();
    expect(found, 1L);
    System.out.printf("%d scores, the posted one among them%n", scores.size());
  }

  /** Uses HTTP/1.1 without an upgrade to HTTP/2, which the server does not support. */
  private static HttpClient.Builder plain() {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
  }

  private void pass(String duration) throws Exception {
    new ClockApi(control).setClock(new SetClockRequest().advance(duration));
  }

  private static void expect(Object found, Object wanted) {
    if (!Objects.equals(found, wanted)) {
      throw new AssertionError("expected " + wanted + ", found " + found);
    }
  }
}
