// mockapi in a container that the test starts, from Java: org.testcontainers:testcontainers
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

public class MockApiExample {
    public static void main(String[] args) throws Exception {
        try (var mockapi = new GenericContainer<>(DockerImageName.parse("REGISTRY/OWNER/mockapi"))) {
            mockapi.withExposedPorts(8080);
            mockapi.withEnv("MOCKAPI_SEED", "7");
            mockapi.waitingFor(Wait.forHttp("/healthz").forPort(8080));
            mockapi.start();
            var url = "http://" + mockapi.getHost() + ":" + mockapi.getMappedPort(8080);
            System.out.println(sites(url, "mockAccessToken000000000Ada1"));
        }
    }

    /** Returns the sites of the customer as JSON. */
    static String sites(String url, String token) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url + "/ecostruxure/scoring/v1/sites"))
                .header("Authorization", "Bearer " + token)
                .build();
        var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IllegalStateException(response.statusCode() + " " + response.body());
        }
        return response.body();
    }
}
