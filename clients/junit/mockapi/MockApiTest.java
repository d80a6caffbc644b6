package mockapi;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import mockapi.MockApi.MockApiException;
import mockapi.MockApi.World;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store.CloseableResource;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Gives each test method that has a parameter of type {@code World} a world of its own. A parameter
 * of type {@code MockApi} is the server, which all tests of the run share.
 *
 * <p>It also applies to subclasses and to {@code @Nested} classes. The annotation of a method replaces
 * that of its class, and the annotation of a nested class that of the enclosing one. Needs JUnit 5.9 or
 * newer.
 */
@Inherited
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(MockApiTest.Extension.class)
public @interface MockApiTest {
    /** Name of the scenario. Default: that of the server. */
    String scenario() default "";

    /** Seed. Default: that of the scenario. */
    long seed() default -1;

    /** Instant at which the clock is frozen, or {@code system}. Default: that of the scenario. */
    String clock() default "";

    /** Presets of faults that are active from the start. */
    String[] presets() default {};

    /** Creates the worlds, and prints the last requests of a failed test. */
    final class Extension implements ParameterResolver, AfterTestExecutionCallback {
        private static final Namespace NAMESPACE = Namespace.create(MockApiTest.class);
        private static final int PRECONDITION_FAILED = 412;
        private static final int NOT_FOUND = 404;
        private static final int REPORTED_REQUESTS = 20;

        /** Closed by JUnit when its context ends. */
        private record Server(MockApi api) implements CloseableResource {
            @Override
            public void close() {
                api.close();
            }
        }

        private record TestWorld(World world) implements CloseableResource {
            @Override
            public void close() {
                try {
                    world.close();
                } catch (MockApiException error) {
                    // The test may have deleted it.
                    if (error.status() != NOT_FOUND) throw error;
                }
            }
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            var type = parameter.getParameter().getType();
            return type == MockApi.class || type == World.class && context.getTestMethod().isPresent();
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            var api = context.getRoot().getStore(NAMESPACE)
                    .getOrComputeIfAbsent(Server.class, key -> new Server(MockApi.start()), Server.class).api();
            if (parameter.getParameter().getType() == MockApi.class) return api;
            return context.getStore(NAMESPACE)
                    .getOrComputeIfAbsent(TestWorld.class, key -> create(api, context), TestWorld.class).world();
        }

        @Override
        public void afterTestExecution(ExtensionContext context) {
            var test = context.getStore(NAMESPACE).get(TestWorld.class, TestWorld.class);
            if (test == null || context.getExecutionException().isEmpty()) return;
            System.err.println(reportOf(test.world()));
        }

        private static String reportOf(World world) {
            var lines = new StringBuilder("mockapi: last requests to " + world.url());
            try {
                for (var each : world.journal(Map.of("limit", REPORTED_REQUESTS))) {
                    lines.append(String.format("%n  %s. %s %s -> %s", each.get("number"), each.get("method"),
                            each.get("path"), each.get("status")));
                    for (var fault : (Iterable<?>) each.get("faults"))
                        lines.append(" (fault: " + ((Map<?, ?>) fault).get("kind") + ")");
                }
            } catch (MockApiException error) {
                // For example because the test deleted the world. The test has its own failure.
                lines.append(String.format("%n  not available: %s", error.getMessage()));
            }
            return lines.toString();
        }

        private static TestWorld create(MockApi api, ExtensionContext context) {
            var annotation = annotationOf(context);
            var settings = settingsOf(annotation);
            var name = worldName(context);
            for (var number = 1; ; number++) {
                settings.put("name", number == 1 ? name : name + "." + number);
                try {
                    return withPresets(api.world(settings), annotation.presets());
                } catch (MockApiException error) {
                    // Another run uses the name.
                    if (error.status() != PRECONDITION_FAILED) throw error;
                }
            }
        }

        private static TestWorld withPresets(World world, String[] presets) {
            try {
                for (var each : presets) world.preset(each);
                return new TestWorld(world);
            } catch (MockApiException error) {
                world.close();
                throw error;
            }
        }

        private static Map<String, Object> settingsOf(MockApiTest annotation) {
            var settings = new LinkedHashMap<String, Object>();
            if (!annotation.scenario().isEmpty()) settings.put("scenario", annotation.scenario());
            if (annotation.seed() >= 0) settings.put("seed", annotation.seed());
            if (!annotation.clock().isEmpty()) settings.put("clock", annotation.clock());
            return settings;
        }

        private static MockApiTest annotationOf(ExtensionContext context) {
            // The parents of a nested class are its enclosing classes.
            for (var each = Optional.of(context); each.isPresent(); each = each.get().getParent()) {
                var found = AnnotationSupport.findAnnotation(each.get().getElement(), MockApiTest.class);
                if (found.isPresent()) return found.get();
            }
            throw new ParameterResolutionException("The test has no annotation. Add @MockApiTest to its class.");
        }

        /** Returns a name that is the same in every run, because generated tokens depend on it. */
        private static String worldName(ExtensionContext context) {
            var method = context.getRequiredTestMethod().getName();
            var readable = method.replaceAll("[^A-Za-z0-9]+", "-").replaceAll("^-|-$", "");
            try {
                var digest = MessageDigest.getInstance("SHA-256")
                        .digest(context.getUniqueId().getBytes(StandardCharsets.UTF_8));
                var start = readable.substring(0, Math.min(60, readable.length()));
                return start + "-" + HexFormat.of().formatHex(digest, 0, 4);
            } catch (NoSuchAlgorithmException error) {
                throw new AssertionError(error); // every Java platform has SHA-256
            }
        }
    }
}
