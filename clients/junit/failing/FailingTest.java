import static org.junit.jupiter.api.Assertions.fail;

import java.net.URI;
import java.util.Map;
import mockapi.MockApi.World;
import mockapi.MockApiTest;
import org.junit.jupiter.api.Test;

/** Tests that fail, for the reports of their requests. */
@MockApiTest
class FailingTest {
    @Test
    void fails(World mockapi) throws Exception {
        mockapi.fault("status", Map.of("status", 503));
        URI.create(mockapi.partnerUrl() + "/sites").toURL().openConnection().getHeaderFields();
        mockapi.verify(Map.of("operation", "listSites", "status", 200));
    }

    @Test
    void failsAfterTheEndOfItsWorld(World mockapi) {
        mockapi.close();
        fail("the failure of the test");
    }

    @Test
    @MockApiTest(presets = {"slow-backend", "no-such-preset"})
    void hasUnknownPreset(World mockapi) {}
}
