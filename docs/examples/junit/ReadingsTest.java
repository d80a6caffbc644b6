import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import mockapi.MockApi.World;
import mockapi.MockApiTest;
import org.junit.jupiter.api.Test;

@MockApiTest
class ReadingsTest {
    @Test
    void readingsArriveWhileTheClockMoves(World mockapi) throws Exception {
        var client = new PartnerClient(mockapi.partnerUrl(), mockapi.token(Map.of("expires_in", 172_800)));
        var site = mockapi.addSite(Map.of("building", "office", "city", "Lyon", "registered", true)).get("id");
        var since = mockapi.now();
        var until = mockapi.advance("P1D");
        assertTrue(client.readings(site, since, until).contains("\"value\":"));
        mockapi.verify(Map.of("operation", "listMetrics", "site", site, "status", 200));
    }
}
