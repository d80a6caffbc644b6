import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import mockapi.MockApi.World;
import mockapi.MockApiTest;
import org.junit.jupiter.api.Test;

@MockApiTest
class SitesTest {
    @Test
    void clientRepeatsRequestAfter503(World mockapi) throws Exception {
        var client = new PartnerClient(mockapi.partnerUrl(), mockapi.token());
        mockapi.fault("status", Map.of("status", 503, "times", 2, "operation", "listSites"));
        assertTrue(client.sites().startsWith("[{\"id\":"));
        mockapi.verify(Map.of("operation", "listSites", "status", 503, "times", 2));
        mockapi.verify(Map.of("operation", "listSites", "status", 200, "times", 1));
        assertEquals(List.of(), mockapi.lint());
    }

    @Test
    @MockApiTest(scenario = "empty", seed = 7)
    void clientListsSiteThatCustomerAdds(World mockapi) throws Exception {
        var client = new PartnerClient(mockapi.partnerUrl(), mockapi.token());
        assertEquals("[]", client.sites());
        var site = mockapi.addSite(Map.of("building", "office", "city", "Lyon"));
        assertTrue(client.sites().contains("\"" + site.get("id") + "\""));
    }
}
