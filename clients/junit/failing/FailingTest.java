import java.net.URI;
import java.util.Map;
import mockapi.MockApi.World;
import mockapi.MockApiTest;
import org.junit.jupiter.api.Test;

/** A test that fails, for the report of its requests. */
@MockApiTest
class FailingTest {
    @Test
    void fails(World mockapi) throws Exception {
        mockapi.fault("status", Map.of("status", 503));
        URI.create(mockapi.partnerUrl() + "/sites").toURL().openConnection().getHeaderFields();
        mockapi.verify(Map.of("operation", "listSites", "status", 200));
    }
}
