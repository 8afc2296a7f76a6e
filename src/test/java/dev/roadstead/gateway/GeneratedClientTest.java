package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client that openapi-generator makes of our document can do what a user would do first. */
class GeneratedClientTest {
    @Test
    void aGeneratedClientCreatesStartsListsAndDeletesAContainer(@TempDir Path folder) throws Exception {
        try (RunningGateway gateway = RunningGateway.start(Map.of("demo", "simulated:///"));
                GeneratedClient client = GeneratedClient.of(document(gateway, folder), folder)) {
            Object containers = containersApi(client, gateway);

            Object request = client.type("client.model.CreateContainerRequest")
                    .getConstructor()
                    .newInstance();
            set(request, "setName", "from-a-client");
            set(request, "setImage", "busybox:latest");
            set(request, "setCommand", List.of("sleep", "300"));
            Object created = call(containers, "containerCreate", request);
            String cuid = (String) get(created, "getCuid");
            assertThat(cuid).startsWith("c").hasSize(37);
            assertThat(String.valueOf(get(created, "getStatus"))).isEqualTo("created");

            Object started = call(containers, "containerStart", cuid);
            assertThat(String.valueOf(get(started, "getStatus"))).isEqualTo("running");
            assertThat(get(started, "getChanged")).isEqualTo(true);

            Object listed = call(containers, "containerList");
            assertThat((List<?>) get(listed, "getContainers"))
                    .anySatisfy(
                            container -> assertThat(get(container, "getCuid")).isEqualTo(cuid));

            call(containers, "containerDelete", cuid, true);
            assertThat((List<?>) get(call(containers, "containerList"), "getContainers"))
                    .noneSatisfy(
                            container -> assertThat(get(container, "getCuid")).isEqualTo(cuid));
        }
    }

    private static Path document(RunningGateway gateway, Path folder) throws Exception {
        Path document = folder.resolve("openapi.yaml");
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI uri = gateway.base().resolve("/openapi.yaml");
            Files.writeString(
                    document,
                    http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                            .body());
        }
        return document;
    }

    private static Object containersApi(GeneratedClient client, RunningGateway gateway) throws Exception {
        Class<?> connection = client.type("client.ApiClient");
        Object api = connection.getConstructor().newInstance();
        connection
                .getMethod("updateBaseUri", String.class)
                .invoke(api, gateway.base().toString());
        String credentials = Base64.getEncoder()
                .encodeToString((gateway.user() + ":" + gateway.password()).getBytes(StandardCharsets.UTF_8));
        Consumer<HttpRequest.Builder> authorize = request -> request.header("Authorization", "Basic " + credentials);
        connection.getMethod("setRequestInterceptor", Consumer.class).invoke(api, authorize);
        return client.type("client.api.ContainersApi")
                .getConstructor(connection)
                .newInstance(api);
    }

    /** Calls an operation with its first arguments; the others are optional and left out. */
    private static Object call(Object api, String operation, Object... first) throws Exception {
        var method = List.of(api.getClass().getMethods()).stream()
                .filter(candidate -> candidate.getName().equals(operation))
                .filter(candidate -> candidate.getParameterCount() >= first.length)
                .filter(candidate ->
                        List.of(candidate.getParameterTypes()).stream().noneMatch(type -> type == Map.class))
                .findFirst()
                .orElseThrow();
        Object[] arguments = new Object[method.getParameterCount()];
        Class<?>[] types = method.getParameterTypes();
        int next = 0;
        for (int i = 0; i < arguments.length && next < first.length; i++) {
            if (types[i].isInstance(first[next])) {
                arguments[i] = first[next];
                next++;
            }
        }
        assertThat(next).as("arguments of %s", method).isEqualTo(first.length);
        return method.invoke(api, arguments);
    }

    private static void set(Object target, String setter, Object value) throws Exception {
        for (var method : target.getClass().getMethods()) {
            if (method.getName().equals(setter)) {
                method.invoke(target, value);
                return;
            }
        }
        throw new NoSuchMethodException(setter);
    }

    private static Object get(Object target, String getter) {
        try {
            return target.getClass().getMethod(getter).invoke(target);
        } catch (ReflectiveOperationException missing) {
            throw new LinkageError(missing.getMessage(), missing);
        }
    }
}
