package mockapi;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
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
import java.util.stream.Collectors;

/**
 * A mockapi server, and worlds on it. Needs Java 17 and no library.
 *
 * <p>Settings and results are those of the control API as maps, lists, strings, numbers and
 * booleans: {@code Map.of("status", 503, "times", 2)}.
 */
public final class MockApi implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();

    private final World defaultWorld;
    private final Process process;

    private MockApi(String url, String adminToken, Process process) {
        this.defaultWorld = new World(url.replaceAll("/+$", ""), adminToken);
        this.process = process;
    }

    /** Returns the server at {@code MOCKAPI_URL}, or starts {@code mockapi serve}. */
    public static MockApi start() {
        var url = System.getenv("MOCKAPI_URL");
        return url == null || url.isBlank() ? start(List.of("mockapi", "serve"), Map.of()) : connect(url);
    }

    /** Returns the running server at a URL. {@code MOCKAPI_ADMIN_TOKEN} is its token, if it needs one. */
    public static MockApi connect(String url) {
        if (!url.matches("https?://.+"))
            throw new MockApiException("'" + url + "' is not a valid URL. Example: http://127.0.0.1:8080", 0);
        var server = new MockApi(url, System.getenv("MOCKAPI_ADMIN_TOKEN"), null);
        server.defaultWorld.call("GET", "/health", null);
        return server;
    }

    /** Starts a server on a free port. The settings are environment variables: MOCKAPI_SEED. */
    public static MockApi start(List<String> command, Map<String, String> settings) {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        var environment = builder.environment();
        environment.putAll(settings);
        environment.putAll(Map.of("MOCKAPI_HOST", "127.0.0.1", "MOCKAPI_PORT", "0"));
        var process = startProcess(builder);
        // The server ends with this JVM, also if nobody closes it.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return new MockApi(addressOf(process, command), environment.get("MOCKAPI_ADMIN_TOKEN"), process);
    }

    private static Process startProcess(ProcessBuilder builder) {
        try {
            return builder.start();
        } catch (IOException error) {
            var advice = "Install it with pip install mockapi-ecostruxure, or set MOCKAPI_URL.";
            throw new MockApiException(error.getMessage() + ". " + advice, 0);
        }
    }

    /** Returns the address that the server prints, and reads its later output in the background. */
    private static String addressOf(Process process, List<String> command) {
        var output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        var last = "no output";
        try {
            for (var line = output.readLine(); line != null; line = output.readLine()) {
                var words = line.strip().split(" +");
                if (words.length == 2 && words[0].equals("address")) {
                    var drain = new Thread(() -> output.lines().forEach(each -> {}), "mockapi-output");
                    drain.setDaemon(true);
                    drain.start();
                    return words[1];
                }
                last = line.isBlank() ? last : line;
            }
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
        throw new MockApiException(String.join(" ", command) + " did not start: " + last, 0);
    }

    /** Returns the world that exists from the start. */
    public World defaultWorld() {
        return defaultWorld;
    }

    /**
     * Creates a world. Settings are those of {@code PUT /__admin/worlds/NAME}, such as {@code name},
     * {@code scenario}, {@code seed} and {@code clock}. Without a name the server chooses one.
     */
    public World world(Map<String, ?> settings) {
        var body = new LinkedHashMap<String, Object>(settings);
        var name = body.remove("name");
        var created = name == null
                ? defaultWorld.call("POST", "/worlds", body)
                : defaultWorld.call("PUT", "/worlds/" + encode(name), body, "If-None-Match", "*");
        return new World(defaultWorld.url + ((Map<?, ?>) created).get("path"), defaultWorld.adminToken);
    }

    /** Stops the server, if this object started it. */
    @Override
    public void close() {
        if (process == null) return;
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) process.destroyForcibly();
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static String encode(Object value) {
        return URLEncoder.encode(String.valueOf(value), StandardCharsets.UTF_8);
    }

    /** Error of a call, with advice. {@code status()} is 0 if the server did not respond. */
    public static final class MockApiException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int status;
        private final String detail;

        MockApiException(String message, int status) {
            this("", message, status);
        }

        MockApiException(String call, String detail, int status) {
            super(call + detail);
            this.status = status;
            this.detail = detail;
        }

        public int status() {
            return status;
        }
    }

    /** One world: its URLs, credentials and calls of the control API. Closing it deletes it. */
    public static final class World implements AutoCloseable {
        private static final Set<String> MATCH =
                Set.of("operation", "api", "path", "method", "client", "customer", "site", "query", "header");
        private static final Set<String> WHEN = Set.of(
                "times", "after", "every", "sequence", "repeat", "probability", "seed", "since", "until", "per");

        private final String url;
        private final String adminToken;

        private World(String url, String adminToken) {
            this.url = url;
            this.adminToken = adminToken;
        }

        public String url() {
            return url;
        }

        /** Base URL of the Partner API. */
        public String partnerUrl() {
            return url + "/ecostruxure/scoring/v1";
        }

        /** Base URL of the User API. */
        public String userUrl() {
            return url + "/ecostruxure/user/scoring/v1";
        }

        /** Returns a new access token of the first customer and client. */
        public String token() {
            return token(Map.of());
        }

        /** Returns a new access token: {@code customer}, {@code client_id}, {@code scope}, {@code expires_in}. */
        public String token(Map<String, ?> settings) {
            return (String) object("POST", "/tokens", settings).get("access_token");
        }

        /** Returns a new personal access token of the first customer. */
        public String pat() {
            return (String) object("POST", "/pats", Map.of()).get("token");
        }

        /**
         * Adds a fault until the returned object is closed or the world is deleted. Settings of
         * {@code match} and {@code when} can be at the top level.
         */
        public Fault fault(String kind, Map<String, ?> settings) {
            var body = new LinkedHashMap<String, Object>(Map.of("kind", kind));
            var match = new LinkedHashMap<String, Object>();
            var when = new LinkedHashMap<String, Object>();
            settings.forEach((name, value) -> {
                var part = MATCH.contains(name) ? match : WHEN.contains(name) ? when : body;
                part.put(name, value);
            });
            if (!match.isEmpty()) body.put("match", match);
            if (!when.isEmpty()) body.put("when", when);
            return new Fault(this, (String) object("POST", "/faults", body).get("id"));
        }

        /** Adds the faults of a preset, for example {@code flaky-network}. */
        public void preset(String name) {
            call("POST", "/faults/presets/" + encode(name), null);
        }

        /** Returns the time of the world. */
        public Instant now() {
            return Instant.parse((String) object("GET", "/clock", null).get("now"));
        }

        /** Advances the clock by an ISO 8601 duration such as {@code P1D} and returns the new time. */
        public Instant advance(String duration) {
            return Instant.parse((String) object("PUT", "/clock", Map.of("advance", duration)).get("now"));
        }

        /** Freezes the clock at an instant, which must not be in the past of the world. */
        public Instant freeze(Instant at) {
            return Instant.parse((String) object("PUT", "/clock", Map.of("freeze", at.toString())).get("now"));
        }

        /**
         * Returns the numbers of the requests that match. Throws {@code AssertionError} with the nearest
         * requests if the expectation fails. Default: at least one request.
         */
        public List<?> verify(Map<String, ?> expectation) {
            try {
                return (List<?>) object("POST", "/journal/verify", expectation).get("matched");
            } catch (MockApiException error) {
                if (error.status() != 409) throw error;
                throw new AssertionError(error.detail);
            }
        }

        /** Returns the summaries of all requests, oldest first. */
        public List<Map<String, Object>> journal() {
            return objects(object("GET", "/journal", null).get("entries"));
        }

        /** Returns warnings about requests that the real APIs would reject or ignore. */
        public List<Map<String, Object>> lint() {
            return objects(object("GET", "/journal/lint", null).get("warnings"));
        }

        /** Returns the summary of every site. */
        public List<Map<String, Object>> sites() {
            return objects(call("GET", "/sites", null));
        }

        /** Adds a site with the keys of a scenario's site and returns its published body. */
        public Map<String, Object> addSite(Map<String, ?> site) {
            return object("POST", "/sites", site);
        }

        /** Creates or corrects readings of a key, as values by RFC 3339 date. */
        public void push(String key, Map<String, ? extends Number> readings) {
            var listed = readings.entrySet().stream()
                    .map(each -> Map.of("date", each.getKey(), "value", each.getValue()))
                    .toList();
            call("PUT", "/readings", Map.of("key", key, "readings", listed));
        }

        /** Saves the state as a snapshot. */
        public void snapshot(String name) {
            call("POST", "/snapshots", Map.of("name", name));
        }

        /** Restores a snapshot, including the clock. */
        public void restore(String name) {
            call("POST", "/snapshots/" + encode(name) + "/restore", null);
        }

        /** Resets the world to its initial state. */
        public void reset() {
            call("POST", "/reset", null);
        }

        /** Deletes this named world. */
        @Override
        public void close() {
            var parts = url.split("/w/");
            if (parts.length < 2) throw new IllegalStateException("The default world cannot be deleted. Use reset().");
            new World(parts[0], adminToken).call("DELETE", "/worlds/" + parts[1], null);
        }

        /**
         * Sends a call to the control API and returns the decoded body; null if it is empty.
         *
         * @param path below {@code /__admin}, for example {@code /scores?site=ID}
         * @param body encoded as JSON; null for no body
         */
        public Object call(String method, String path, Object body, String... headers) {
            var publisher = body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(Json.write(body));
            var request = HttpRequest.newBuilder(URI.create(url + "/__admin" + path)).timeout(TIMEOUT);
            request.method(method, publisher).header("Accept", "application/json");
            if (body != null) request.header("Content-Type", "application/json");
            if (adminToken != null) request.header("Authorization", "Bearer " + adminToken);
            if (headers.length > 0) request.headers(headers);
            var response = send(request.build());
            if (response.statusCode() >= 400) throw failure(method, path, response);
            return response.body().isEmpty() ? null : Json.read(response.body());
        }

        private HttpResponse<String> send(HttpRequest request) {
            try {
                return HTTP.send(request, BodyHandlers.ofString());
            } catch (IOException error) {
                throw new MockApiException("No response from " + url + ": " + error, 0);
            } catch (InterruptedException error) {
                Thread.currentThread().interrupt();
                throw new MockApiException("Interrupted while waiting for " + url, 0);
            }
        }

        private MockApiException failure(String method, String path, HttpResponse<String> response) {
            var status = response.statusCode();
            var type = response.headers().firstValue("Content-Type").orElse("");
            var detail = type.contains("json") && Json.read(response.body()) instanceof Map<?, ?> problem
                    ? String.valueOf(problem.get("detail"))
                    : url + " responded with HTTP " + status + ". Check that it is a mockapi with MOCKAPI_ADMIN=true.";
            return new MockApiException(method + " /__admin" + path + ": ", detail, status);
        }

        private Map<String, Object> object(String method, String path, Object body) {
            return asObject(call(method, path, body));
        }

        private static List<Map<String, Object>> objects(Object list) {
            return ((List<?>) list).stream().map(World::asObject).toList();
        }

        @SuppressWarnings("unchecked") // the names of JSON members are strings
        private static Map<String, Object> asObject(Object value) {
            return (Map<String, Object>) value;
        }
    }

    /** Active fault of a world. Closing it removes it. */
    public record Fault(World world, String id) implements AutoCloseable {
        /** Returns the number of requests that the fault was applied to. */
        public int hits() {
            return ((Number) world.object("GET", "/faults/" + id, null).get("hits")).intValue();
        }

        @Override
        public void close() {
            world.call("DELETE", "/faults/" + id, null);
        }
    }

    /** JSON as maps, lists, strings, longs, doubles, booleans and null. */
    static final class Json {
        private final String text;
        private int at;

        private Json(String text) {
            this.text = text;
        }

        static String write(Object value) {
            if (value instanceof Map<?, ?> map)
                return map.entrySet().stream()
                        .map(each -> quote(String.valueOf(each.getKey())) + ":" + write(each.getValue()))
                        .collect(Collectors.joining(",", "{", "}"));
            if (value instanceof Iterable<?> items) {
                var parts = new ArrayList<String>();
                items.forEach(each -> parts.add(write(each)));
                return "[" + String.join(",", parts) + "]";
            }
            if (value == null || value instanceof Number || value instanceof Boolean) return String.valueOf(value);
            return quote(value.toString());
        }

        private static String quote(String text) {
            var quoted = new StringBuilder("\"");
            for (var each : text.toCharArray()) {
                if (each == '"' || each == '\\') quoted.append('\\').append(each);
                else if (each < ' ') quoted.append(String.format("\\u%04x", (int) each));
                else quoted.append(each);
            }
            return quoted.append('"').toString();
        }

        /** Returns the value of a JSON text. Throws {@code IllegalArgumentException} if it is invalid. */
        static Object read(String text) {
            var reader = new Json(text);
            try {
                var value = reader.value();
                reader.space();
                if (reader.at < text.length()) throw reader.invalid();
                return value;
            } catch (StringIndexOutOfBoundsException | NumberFormatException error) {
                throw reader.invalid();
            }
        }

        private IllegalArgumentException invalid() {
            return new IllegalArgumentException("Invalid JSON at character " + at);
        }

        private Object value() {
            space();
            return switch (text.charAt(at)) {
                case '{' -> object();
                case '[' -> list();
                case '"' -> string();
                case 't' -> word("true", true);
                case 'f' -> word("false", false);
                case 'n' -> word("null", null);
                default -> number();
            };
        }

        private Map<String, Object> object() {
            var found = new LinkedHashMap<String, Object>();
            for (var more = open('}'); more; more = next('}')) {
                space();
                var name = string();
                space();
                expect(':');
                found.put(name, value());
            }
            return found;
        }

        private List<Object> list() {
            var found = new ArrayList<>();
            for (var more = open(']'); more; more = next(']')) found.add(value());
            return found;
        }

        private boolean open(char end) {
            at++;
            space();
            if (text.charAt(at) != end) return true;
            at++;
            return false;
        }

        private boolean next(char end) {
            space();
            var found = text.charAt(at++);
            if (found != ',' && found != end) throw invalid();
            return found == ',';
        }

        private String string() {
            expect('"');
            var found = new StringBuilder();
            while (text.charAt(at) != '"') {
                var each = text.charAt(at++);
                found.append(each == '\\' ? escaped() : each);
            }
            at++;
            return found.toString();
        }

        private char escaped() {
            var kind = text.charAt(at++);
            if (kind == 'u') {
                at += 4;
                return (char) Integer.parseInt(text.substring(at - 4, at), 16);
            }
            var place = "bfnrt".indexOf(kind);
            return place < 0 ? kind : "\b\f\n\r\t".charAt(place);
        }

        private Number number() {
            var start = at;
            while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) at++;
            var digits = text.substring(start, at);
            if (digits.matches("-?\\d{1,18}")) return Long.parseLong(digits);
            return Double.parseDouble(digits);
        }

        private Object word(String word, Object value) {
            if (!text.startsWith(word, at)) throw invalid();
            at += word.length();
            return value;
        }

        private void expect(char wanted) {
            if (text.charAt(at++) != wanted) throw invalid();
        }

        private void space() {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) at++;
        }
    }
}
