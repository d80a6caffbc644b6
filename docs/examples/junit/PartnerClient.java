import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** A client of the Partner API that repeats a request after a 503. */
record PartnerClient(String url, String token) {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final int ATTEMPTS = 3;

    /** Returns the sites as JSON. */
    String sites() throws Exception {
        return get("/sites");
    }

    /** Returns the readings of a site that arrived between two instants as JSON. */
    String readings(Object site, Object since, Object until) throws Exception {
        return get("/sites/" + site + "/timeseries?updatedAt%5Bgte%5D=" + since + "&updatedAt%5Blt%5D=" + until);
    }

    private String get(String path) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url + path)).header("Authorization", "Bearer " + token);
        var response = HTTP.send(request.build(), BodyHandlers.ofString());
        for (var attempt = 1; response.statusCode() == 503 && attempt < ATTEMPTS; attempt++)
            response = HTTP.send(request.build(), BodyHandlers.ofString());
        if (response.statusCode() != 200) throw new IllegalStateException(path + ": HTTP " + response.statusCode());
        return response.body();
    }
}
