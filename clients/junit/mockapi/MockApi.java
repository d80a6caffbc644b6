package mockapi;

import java.io.IOException;
import java.lang.reflect.Array;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAmount;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A mockapi server, and worlds on it. Needs Java 17 and no library.
 *
 * <p>Settings and results are those of the control API as maps, lists, strings, numbers and
 * booleans: {@code Map.of("status", 503, "times", 2)}.
 */
public final class MockApi implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    /** Address in the output of a server, as text or JSON. */
    private static final Pattern ADDRESS = Pattern.compile("(?:^ *address +|\"address\": \")(http[^\"\\s]+)");
    private static final Pattern WORLD_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();

    private final World defaultWorld;
    private final Process process;

    private MockApi(String url, String adminToken, Process process) {
        this.defaultWorld = new World(url, adminToken);
        this.process = process;
    }

    /** Returns the server at {@code MOCKAPI_URL}, or starts {@code mockapi serve}. */
    public static MockApi start() {
        var url = System.getenv("MOCKAPI_URL");
        return url == null || url.isBlank() ? start(List.of("mockapi", "serve"), Map.of()) : connect(url);
    }

    /** Returns the running server at a URL. {@code MOCKAPI_ADMIN_TOKEN} is its token, if it needs one. */
    public static MockApi connect(String url) {
        return connected(checkedUrl(url), System.getenv("MOCKAPI_ADMIN_TOKEN"), null);
    }

    /**
     * Starts a server on a free port. The settings are environment variables: MOCKAPI_SEED. The server
     * stops when its standard input ends, and so with this JVM.
     */
    public static MockApi start(List<String> command, Map<String, String> settings) {
        return start(command, settings, START_LIMIT);
    }

    static MockApi start(List<String> command, Map<String, String> settings, Duration limit) {
        if (command.isEmpty())
            throw new MockApiException("The command is empty. Example: List.of(\"mockapi\", \"serve\")", 0);
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        var environment = builder.environment();
        environment.putAll(settings);
        environment.putAll(
                Map.of("MOCKAPI_HOST", "127.0.0.1", "MOCKAPI_PORT", "0", "MOCKAPI_STOP_AT_EOF", "true"));
        var process = startProcess(builder);
        try {
            var url = addressOf(process, String.join(" ", command), limit);
            return connected(url, environment.get("MOCKAPI_ADMIN_TOKEN"), process);
        } catch (MockApiException error) {
            process.destroyForcibly();
            throw error;
        }
    }

    /** Returns the server at a URL after a check that it is one. */
    private static MockApi connected(String url, String adminToken, Process process) {
        var server = new MockApi(url, adminToken, process);
        var isReady = server.defaultWorld.call("GET", "/health", null) instanceof Map<?, ?> health
                && "ready".equals(health.get("status"))
                && health.get("version") instanceof String;
        if (!isReady) throw server.defaultWorld.notMockApi("GET /__admin/health");
        return server;
    }

    private static String checkedUrl(String url) {
        try {
            var uri = new URI(url);
            var isComplete = url.matches("(?i)https?:.+") && uri.getHost() != null;
            var isBase = uri.getRawQuery() == null && uri.getRawFragment() == null && uri.getRawUserInfo() == null;
            if (isComplete && isBase) return url.replaceAll("/+$", "");
        } catch (URISyntaxException error) {
            // Reported below.
        }
        throw new MockApiException(
                "'" + url + "' is not the URL of a server, without query and fragment. Example: http://127.0.0.1:8080", 0);
    }

    private static Process startProcess(ProcessBuilder builder) {
        try {
            return builder.start();
        } catch (IOException error) {
            var advice = "Install it with pip install mockapi-ecostruxure, or set MOCKAPI_URL.";
            throw new MockApiException(error.getMessage() + ". " + advice, 0);
        }
    }

    /** Returns the address that the server prints within a time. */
    private static String addressOf(Process process, String command, Duration limit) {
        var address = new CompletableFuture<String>();
        var reader = new Thread(() -> readOutput(process, address), "mockapi-output");
        reader.setDaemon(true);
        reader.start();
        try {
            return address.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException error) {
            throw new MockApiException(command + " did not start in " + limit.toSeconds() + " seconds.", 0);
        } catch (ExecutionException error) {
            throw new MockApiException(command + " did not start: " + error.getCause().getMessage(), 0);
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
            throw new MockApiException("Interrupted while starting " + command, 0);
        }
    }

    /** Reads all output, so that the server never blocks. */
    private static void readOutput(Process process, CompletableFuture<String> address) {
        var last = "no output";
        try (var output = process.inputReader(StandardCharsets.UTF_8)) {
            for (var line = output.readLine(); line != null; line = output.readLine()) {
                var found = ADDRESS.matcher(line);
                if (found.find()) address.complete(found.group(1));
                if (!line.isBlank()) last = line;
            }
        } catch (IOException error) {
            last = error.getMessage();
        }
        address.completeExceptionally(new IOException(last));
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
        var name = settings.get("name");
        // A balancer routes by the name in the path. Invalid names are in the body, for the server's error.
        var isInPath = name instanceof String text && WORLD_NAME.matcher(text).matches();
        var created = isInPath
                ? defaultWorld.object("PUT", "/worlds/" + name, settings, "If-None-Match", "*")
                : defaultWorld.object("POST", "/worlds", settings);
        return new World(defaultWorld.url + created.get("path"), defaultWorld.adminToken);
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
        // A plus sign is a space in a query, but not in a path.
        return URLEncoder.encode(String.valueOf(value), StandardCharsets.UTF_8).replace("+", "%20");
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

        /** Largest limit of one call. */
        private static final int PAGE = 10_000;

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
         * {@code match} and {@code when} can be at the top level, too, where they have priority.
         */
        public Fault fault(String kind, Map<String, ?> settings) {
            var body = new LinkedHashMap<String, Object>(Map.of("kind", kind));
            var match = new LinkedHashMap<String, Object>();
            var when = new LinkedHashMap<String, Object>();
            settings.forEach((name, value) -> {
                var part = MATCH.contains(name) ? match : WHEN.contains(name) ? when : body;
                part.put(name, value);
            });
            merge(body, "match", match);
            merge(body, "when", when);
            return new Fault(this, (String) object("POST", "/faults", body).get("id"));
        }

        private static void merge(Map<String, Object> body, String group, Map<String, Object> flat) {
            if (flat.isEmpty()) return;
            var merged = new LinkedHashMap<String, Object>();
            if (body.get(group) instanceof Map<?, ?> nested) nested.forEach((name, value) -> merged.put("" + name, value));
            merged.putAll(flat);
            body.put(group, merged);
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

        /** Returns the summaries of all requests in the journal, oldest first. */
        public List<Map<String, Object>> journal() {
            return journal(Map.of());
        }

        /**
         * Returns the summaries of the requests that match all filters, oldest first: {@code operation},
         * {@code status}, ... With {@code limit} (at most 10,000) only the newest ones, or with
         * {@code since} too the next ones after that number.
         */
        public List<Map<String, Object>> journal(Map<String, ?> filters) {
            if (filters.containsKey("limit")) return objects(object("GET", journalPath(filters), null).get("entries"));
            var query = new LinkedHashMap<String, Object>(Map.of("since", 0L));
            query.putAll(filters);
            query.put("limit", PAGE);
            var found = new ArrayList<Map<String, Object>>();
            var newest = Long.MAX_VALUE;
            while (true) {
                var page = object("GET", journalPath(query), null);
                var entries = objects(page.get("entries"));
                found.addAll(entries);
                // Requests that arrive meanwhile are not waited for.
                newest = Math.min(newest, (Long) page.get("newest"));
                if (entries.size() < PAGE) return found;
                var last = (Long) entries.get(PAGE - 1).get("number");
                if (last >= newest) return found;
                query.put("since", last);
            }
        }

        private static String journalPath(Map<String, ?> filters) {
            return filters.entrySet().stream()
                    .map(each -> encode(each.getKey()) + "=" + encode(each.getValue()))
                    .collect(Collectors.joining("&", "/journal?", ""));
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
            var call = method + " /__admin" + path;
            var response = send(request(call, method, path, body, headers));
            // Redirects are not followed, because the control API has none.
            if (response.statusCode() >= 300) throw failure(call, response);
            if (response.body().isEmpty()) return null;
            try {
                return Json.read(response.body());
            } catch (IllegalArgumentException error) {
                throw notMockApi(call);
            }
        }

        private HttpRequest request(String call, String method, String path, Object body, String... headers) {
            try {
                var publisher = body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(Json.write(body));
                var request = HttpRequest.newBuilder(uri(path)).timeout(TIMEOUT);
                request.method(method, publisher).header("Accept", "application/json");
                if (body != null) request.header("Content-Type", "application/json");
                if (adminToken != null) request.header("Authorization", "Bearer " + adminToken);
                if (headers.length > 0) request.headers(headers);
                return request.build();
            } catch (IllegalArgumentException error) {
                throw new MockApiException(call + ": " + error.getMessage() + ".", 0);
            }
        }

        private URI uri(String path) {
            try {
                if (path.startsWith("/")) return new URI(url + "/__admin" + path);
            } catch (URISyntaxException error) {
                // Reported below.
            }
            throw new IllegalArgumentException("The path must begin with a slash; a space in it is %20");
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

        private MockApiException failure(String call, HttpResponse<String> response) {
            var status = response.statusCode();
            var detail = url + " responded with HTTP " + status + ". Check that it is a mockapi with MOCKAPI_ADMIN=true.";
            try {
                if (Json.read(response.body()) instanceof Map<?, ?> problem && problem.get("detail") instanceof String text)
                    detail = text;
            } catch (IllegalArgumentException error) {
                // Not a response of mockapi.
            }
            return new MockApiException(call + ": ", detail, status);
        }

        private MockApiException notMockApi(String call) {
            return new MockApiException(
                    url + " is not mockapi: the response to " + call + " is not its JSON. Check the URL.", 0);
        }

        private Map<String, Object> object(String method, String path, Object body, String... headers) {
            var found = call(method, path, body, headers);
            if (!(found instanceof Map)) throw notMockApi(method + " /__admin" + path);
            return asObject(found);
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

    /**
     * JSON as maps, lists, strings, longs, doubles, booleans and null. Arrays are written as lists, and
     * characters, enums, dates, times, durations and UUIDs as strings.
     */
    static final class Json {
        private static final List<Class<?>> TEXTS = List.of(
                CharSequence.class, Character.class, Enum.class, TemporalAccessor.class, TemporalAmount.class, UUID.class);

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
            if (value.getClass().isArray())
                return IntStream.range(0, Array.getLength(value))
                        .mapToObj(each -> write(Array.get(value, each)))
                        .collect(Collectors.joining(",", "[", "]"));
            if (TEXTS.stream().anyMatch(each -> each.isInstance(value))) return quote(value.toString());
            throw new IllegalArgumentException(
                    value.getClass().getName() + " is not JSON. Use a map, list, array, string, number or boolean");
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
