package mockapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import mockapi.MockApi.MockApiException;
import mockapi.MockApi.World;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@MockApiTest
class MockApiTests {
    private static String messageOf(Runnable call) {
        return assertThrows(MockApiException.class, call::run).getMessage();
    }

    private static int statusOf(String url, String token) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url)).header("Authorization", "Bearer " + token).build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).statusCode();
    }

    @Test
    void worldHasCredentialsForBothApis(World world) throws Exception {
        assertEquals(200, statusOf(world.partnerUrl() + "/sites", world.token()));
        assertEquals(401, statusOf(world.partnerUrl() + "/sites", world.token(Map.of("expires_in", 0))));
        var site = ((Map<?, ?>) ((List<?>) world.call("GET", "/sites", null)).get(0)).get("id");
        assertEquals(200, statusOf(world.userUrl() + "/sites/" + site + "/scoring-requests", world.pat()));
    }

    @Test
    void worldHasNameOfTest(World world, MockApi api) {
        assertTrue(world.url().matches(".*/w/worldHasNameOfTest-[0-9a-f]{8}(\\.\\d+)?"), world.url());
        assertTrue(world.url().startsWith(api.defaultWorld().url() + "/w/"));
        assertEquals(List.of(), world.journal());
    }

    @Test
    @MockApiTest(scenario = "vendor-samples", seed = 3, clock = "2026-03-01T00:00:00Z", presets = "slow-backend")
    void annotationSetsUpTheWorld(World world) {
        var view = (Map<?, ?>) world.call("GET", "/world", null);
        assertEquals(List.of("vendor-samples", 3L), List.of(view.get("scenario"), view.get("seed")));
        assertEquals(Instant.parse("2026-03-01T00:00:00Z"), world.now());
        assertFalse(((List<?>) world.call("GET", "/faults", null)).isEmpty());
    }

    @Test
    void faultEndsWithItsBlock(World world) throws Exception {
        var token = world.token();
        try (var fault = world.fault("status", Map.of("status", 502, "match", Map.of("api", "partner")))) {
            assertEquals(502, statusOf(world.partnerUrl() + "/sites", token));
            assertEquals(1, fault.hits());
        }
        assertEquals(200, statusOf(world.partnerUrl() + "/sites", token));
    }

    @Test
    void nestedAndFlatSettingsOfFaultAreMerged(World world) {
        world.fault("status", Map.of(
                "status", 503, "operation", "listSites", "match", Map.of("customer", "nobody@example.com"),
                "times", 2, "when", Map.of("after", 1)));
        var fault = (Map<?, ?>) ((Map<?, ?>) ((List<?>) world.call("GET", "/faults", null)).get(0)).get("fault");
        assertEquals(Map.of("operation", "listSites", "customer", "nobody@example.com"), fault.get("match"));
        assertEquals(Map.of("times", 2L, "after", 1L), fault.get("when"));
        var settings = Map.of("status", 503, "match", "listSites", "when", List.of());
        assertTrue(messageOf(() -> world.fault("status", settings)).contains("match"));
    }

    @Test
    void journalHasAllRequests(World world) throws Exception {
        var token = world.token();
        for (var number = 1; number <= 120; number++) statusOf(world.partnerUrl() + "/sites", token);
        var numbers = world.journal().stream().map(each -> (Long) each.get("number")).toList();
        assertEquals(LongStream.rangeClosed(1, 120).boxed().toList(), numbers);
        assertEquals(List.of(120L), world.journal(Map.of("limit", 1)).stream().map(each -> each.get("number")).toList());
        assertEquals(List.of(), world.journal(Map.of("status", 404)));
        assertEquals(2, world.journal(Map.of("since", 118)).size());
    }

    @Test
    void valuesAreSentAsJson(World world) throws Exception {
        statusOf(world.partnerUrl() + "/sites", world.token());
        assertEquals(List.of(1L), world.verify(Map.of("in_order", new Object[] {Map.of("operation", "listSites")})));
        assertTrue(messageOf(() -> world.call("POST", "/sites", Map.of("x", new Object()))).contains("java.lang.Object"));
        assertEquals("[[1,2],[true],\"a\"]", MockApi.Json.write(new Object[] {new int[] {1, 2}, new boolean[] {true}, 'a'}));
    }

    @Test
    void invalidNamesAndPathsAreReported(World world, MockApi api) {
        for (var name : List.of("", "..", "a b", "a/b", "é"))
            assertTrue(messageOf(() -> api.world(Map.of("name", name))).contains("name: must be"), name);
        for (var path : List.of("/scores?site=a b", "scores", ":1/"))
            assertTrue(messageOf(() -> world.call("GET", path, null)).contains("GET /__admin" + path + ": The path"), path);
        assertTrue(messageOf(() -> world.call("G T", "/world", null)).startsWith("G T /__admin/world: "));
        assertTrue(messageOf(() -> world.preset("a b/c")).startsWith("POST /__admin/faults/presets/a%20b%2Fc: "));
    }

    @Nested
    class NestedTests {
        @Test
        void nestedClassHasAnnotationOfItsEnclosingClass(World world) {
            assertEquals(List.of(), world.journal());
        }

        @Nested
        @MockApiTest(scenario = "empty")
        class InnermostTests {
            @Test
            void annotationOfNestedClassReplacesThatOfTheEnclosingOne(World world) {
                assertEquals(List.of(), world.sites());
            }
        }
    }

    @MockApiTest(scenario = "empty")
    abstract static class Base {
        @Test
        void subclassHasAnnotationOfItsSuperclass(World world) {
            assertEquals(List.of(), world.sites());
        }
    }

    static class InheritingTests extends Base {}

    @Test
    void clockMovesForward(World world) {
        var before = world.now();
        assertEquals(before.plusSeconds(86_400), world.advance("P1D"));
        assertEquals(Instant.parse("2026-07-01T00:00:00Z"), world.freeze(Instant.parse("2026-07-01T00:00:00Z")));
        assertEquals(409, assertThrows(MockApiException.class, () -> world.freeze(before)).status());
    }

    @Test
    void failedVerificationListsNearestRequests(World world) throws Exception {
        statusOf(world.partnerUrl() + "/sites", world.token());
        assertEquals(List.of(1L), world.verify(Map.of("operation", "listSites")));
        var failure = assertThrows(AssertionError.class, () -> world.verify(Map.of("status", 503)));
        assertTrue(failure.getMessage().startsWith("Expected "), failure.getMessage());
        assertTrue(failure.getMessage().contains("GET /ecostruxure/scoring/v1/sites"), failure.getMessage());
        assertThrows(MockApiException.class, () -> world.verify(Map.of("colour", "red")));
    }

    @Test
    void snapshotAndResetRestoreTheData(World world) {
        var count = world.sites().size();
        world.snapshot("before");
        var site = world.addSite(Map.of("building", "office", "city", "Lyon", "registered", true));
        var meter = (Map<?, ?>) world.call("POST", "/meters", Map.of("site", site.get("id"), "usage", "Natural Gas"));
        var measurement = (Map<?, ?>) ((List<?>) meter.get("measurements")).get(0);
        var key = (String) ((Map<?, ?>) measurement.get("timeseries")).get("key");
        world.push(key, Map.of("2026-06-01T08:00:00Z", 41.5));
        var pushed = (Map<?, ?>) world.call("GET", "/readings?key=" + key, null);
        assertEquals(41.5, ((Map<?, ?>) ((List<?>) pushed.get("readings")).get(0)).get("value"));
        assertEquals(count + 1, world.sites().size());
        world.restore("before");
        assertEquals(count, world.sites().size());
        world.addSite(Map.of("building", "office", "city", "Lyon"));
        world.reset();
        assertEquals(count, world.sites().size());
    }

    @Test
    void deletedWorldIsNoError(World world) {
        world.close();
        assertEquals(404, assertThrows(MockApiException.class, world::now).status());
    }

    @Test
    void ownServerHasSettingsAndStops() {
        var settings = Map.of("MOCKAPI_SEED", "7", "MOCKAPI_ADMIN_TOKEN", "mockAdmin");
        World world;
        try (var api = MockApi.start(List.of("mockapi", "serve"), settings)) {
            world = api.defaultWorld();
            assertEquals(7L, ((Map<?, ?>) world.call("GET", "/world", null)).get("seed"));
            var withoutToken = MockApi.connect(world.url()).defaultWorld();
            assertEquals(401, assertThrows(MockApiException.class, withoutToken::now).status());
            assertThrows(IllegalStateException.class, world::close);
        }
        assertEquals(0, assertThrows(MockApiException.class, world::now).status());
    }

    @Test
    void errorsSayWhatToDo() {
        var invalid = assertThrows(MockApiException.class, () -> MockApi.connect("localhost"));
        assertTrue(invalid.getMessage().contains("http://127.0.0.1:8080"));
        var command = List.of("no-such-mockapi");
        var missing = assertThrows(MockApiException.class, () -> MockApi.start(command, Map.of()));
        assertTrue(missing.getMessage().contains("pip install"), missing.getMessage());
        var unknown = Map.of("MOCKAPI_SCENARIO", "unknown");
        var stopped = assertThrows(
                MockApiException.class, () -> MockApi.start(List.of("mockapi", "serve"), unknown));
        assertTrue(stopped.getMessage().contains("unknown"), stopped.getMessage());
        assertTrue(messageOf(() -> MockApi.start(List.of(), Map.of())).contains("Example: List.of("));
    }

    private static Set<ProcessHandle> descendants() {
        return ProcessHandle.current().descendants().collect(Collectors.toSet());
    }

    @Test
    void commandThatIsNoServerIsEnded() throws Exception {
        var before = descendants();
        var command = List.of("sleep", "4000");
        var message = messageOf(() -> MockApi.start(command, Map.of(), Duration.ofMillis(300)));
        assertTrue(message.startsWith("sleep 4000 did not start in "), message);
        var left = descendants();
        left.removeAll(before);
        for (var each : left) each.onExit().get(30, TimeUnit.SECONDS);
    }

    @Test
    void addressIsFoundInJsonLog() {
        try (var api = MockApi.start(List.of("mockapi", "serve"), Map.of("MOCKAPI_LOG_FORMAT", "json"))) {
            assertFalse(api.defaultWorld().sites().isEmpty());
        }
    }

    @Test
    void serverBehindShellEndsWithItsStandardInput() throws Exception {
        var before = descendants();
        var own = MockApi.start(List.of("sh", "-c", "mockapi serve; true"), Map.of());
        var started = descendants();
        started.removeAll(before);
        assertTrue(started.size() >= 2, started.toString());
        own.close();
        for (var each : started) each.onExit().get(30, TimeUnit.SECONDS);
    }

    private static HttpServer serverOf(Function<URI, String> bodyOf) throws Exception {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            var bytes = bodyOf.apply(exchange.getRequestURI()).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(bytes.length == 0 ? 204 : 200, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static String journalOf10001Requests(URI uri) {
        if (uri.getPath().endsWith("/health")) return "{\"status\": \"ready\", \"version\": \"1\"}";
        var since = Long.parseLong(uri.getQuery().replaceAll(".*since=(\\d+).*", "$1"));
        var limit = Long.parseLong(uri.getQuery().replaceAll(".*limit=(\\d+).*", "$1"));
        var entries = LongStream.rangeClosed(since + 1, Math.min(since + limit, 10_001))
                .mapToObj(number -> Map.of("number", number)).toList();
        return MockApi.Json.write(Map.of("entries", entries, "newest", 10_001));
    }

    @Test
    void journalIsReadInPages() throws Exception {
        var server = serverOf(MockApiTests::journalOf10001Requests);
        var world = MockApi.connect("http://127.0.0.1:" + server.getAddress().getPort()).defaultWorld();
        var numbers = world.journal().stream().map(each -> (Long) each.get("number")).toList();
        assertEquals(LongStream.rangeClosed(1, 10_001).boxed().toList(), numbers);
        server.stop(0);
    }

    @Test
    void otherServersAreNotMockapi() throws Exception {
        for (var body : List.of("", "<!DOCTYPE html>", "[]", "{\"status\": \"ready\"}")) {
            var server = serverOf(uri -> body);
            var url = "http://127.0.0.1:" + server.getAddress().getPort();
            assertTrue(messageOf(() -> MockApi.connect(url)).startsWith(url + " is not mockapi: "), body);
            server.stop(0);
        }
        for (var url : List.of("http:// bad", "http://", "http://127.0.0.1:1?a=b", "http://127.0.0.1:1/#a", "http://a:b@127.0.0.1:1", ""))
            assertTrue(messageOf(() -> MockApi.connect(url)).startsWith("'" + url + "' is not the URL"), url);
    }

    @Test
    void jsonKeepsAllValues() {
        var value = new LinkedHashMap<String, Object>();
        value.put("text \"\\\n\u0001é", "\uD83C\uDF3F");
        value.put("numbers", List.of(0L, -12L, 1.5, 6.02e23));
        value.put("nested", List.of(Map.of(), List.of(), true, false));
        value.put("nothing", null);
        assertEquals(value, MockApi.Json.read(MockApi.Json.write(value)));
        assertEquals("a/b\t☃", MockApi.Json.read(" \"a\\/b\\t\\u2603\" "));
        assertEquals(1e19, MockApi.Json.read("10000000000000000000"));
        var accepted = new ArrayList<String>();
        for (var text : List.of("", "{", "[1 2]", "[1,]", "{\"a\" 1}", "\"a", "tru", "1 2", "--1")) {
            try {
                MockApi.Json.read(text);
                accepted.add(text);
            } catch (IllegalArgumentException expected) {
                assertTrue(expected.getMessage().startsWith("Invalid JSON at"));
            }
        }
        assertEquals(List.of(), accepted);
    }
}
