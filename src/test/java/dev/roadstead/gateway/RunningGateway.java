package dev.roadstead.gateway;

import dev.roadstead.RoadsteadApplication;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.http.client.ReactorResourceFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole gateway on a port of its own, and a client for it that knows nothing of it but HTTP. */
public final class RunningGateway implements AutoCloseable {
    private static final String USER = "tester";
    private static final String PASSWORD = "correct horse";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final ConfigurableApplicationContext context;
    private final HttpClient client;
    private final URI base;

    private RunningGateway(ConfigurableApplicationContext context) {
        this.context = context;
        this.client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        this.base = URI.create("http://localhost:" + context.getEnvironment().getProperty("local.server.port"));
    }

    /**
     * Starts one with these engines, by name; further settings as {@code key=value}. Where these do not say an engine's kind it is
     * simulated or Docker, going by its address.
     */
    public static RunningGateway start(Map<String, String> enginesByName, String... settings) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("server.port", "0");
        properties.put("roadstead.security.user", USER);
        properties.put("roadstead.security.password", PASSWORD);
        enginesByName.forEach((name, uri) -> {
            properties.put("roadstead.engines.%s.uri".formatted(name), uri);
            String kind = "roadstead.engines.%s.kind".formatted(name);
            if (Arrays.stream(settings).noneMatch(setting -> setting.startsWith(kind + "="))) {
                properties.put(kind, uri.startsWith("simulated:") ? "simulated" : "docker");
            }
        });
        List<String> arguments = new ArrayList<>();
        properties.forEach((key, value) -> arguments.add("--%s=%s".formatted(key, value)));
        for (String setting : settings) {
            arguments.add("--" + setting);
        }
        return new RunningGateway(new SpringApplicationBuilder(RoadsteadApplication.class)
                .initializers(RunningGateway::withItsOwnThreads)
                .run(arguments.toArray(String[]::new)));
    }

    /** Several gateways run in one process here; by default they share a server's threads, and the first that ends would end them. */
    private static void withItsOwnThreads(ConfigurableApplicationContext context) {
        ((GenericApplicationContext) context).registerBean(ReactorResourceFactory.class, () -> {
            ReactorResourceFactory resources = new ReactorResourceFactory();
            resources.setUseGlobalResources(false);
            return resources;
        });
    }

    /** What was answered. */
    public record Answer(int status, Map<String, List<String>> headers, String text) {
        /** The body as JSON. */
        public JsonNode json() {
            return JSON.readTree(text);
        }

        /** The first value of a header. */
        public String header(String name) {
            return headers.entrySet().stream()
                    .filter(header -> header.getKey().equalsIgnoreCase(name))
                    .map(header -> header.getValue().getFirst())
                    .findFirst()
                    .orElse("");
        }
    }

    public URI base() {
        return base;
    }

    public String user() {
        return USER;
    }

    public String password() {
        return PASSWORD;
    }

    /** The application, to look at what HTTP does not tell. */
    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public Answer get(String path, String... headers) {
        return send(request("GET", path, BodyPublishers.noBody(), headers));
    }

    public Answer delete(String path, String... headers) {
        return send(request("DELETE", path, BodyPublishers.noBody(), headers));
    }

    public Answer post(String path, String... headers) {
        return send(request("POST", path, BodyPublishers.noBody(), headers));
    }

    /** Sends a JSON text; {@code '} stands for a double quote, to be readable in Java. */
    public Answer postJson(String path, String json, String... headers) {
        HttpRequest.Builder builder = request("POST", path, BodyPublishers.ofString(json.replace('\'', '"')), headers);
        return send(builder.header("Content-Type", "application/json"));
    }

    /** Sends changes as JSON. */
    public Answer patchJson(String path, Object body, String... headers) {
        HttpRequest.Builder builder =
                request("PATCH", path, BodyPublishers.ofString(JSON.writeValueAsString(body)), headers);
        return send(builder.header("Content-Type", "application/json"));
    }

    /** Sends a body as JSON. */
    public Answer postJson(String path, Object body, String... headers) {
        HttpRequest.Builder builder =
                request("POST", path, BodyPublishers.ofString(JSON.writeValueAsString(body)), headers);
        return send(builder.header("Content-Type", "application/json"));
    }

    public Answer put(String path, BodyPublisher body, String contentType) {
        return send(request("PUT", path, body).header("Content-Type", contentType));
    }

    /** A call whose answer is read while it comes. */
    public HttpResponse<InputStream> open(String path, String... headers) {
        try {
            return client.send(
                    request("GET", path, BodyPublishers.noBody(), headers).build(), BodyHandlers.ofInputStream());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    /** A call whose answer is bytes. */
    public byte[] bytes(String path, String... headers) {
        try (InputStream body = open(path, headers).body()) {
            return body.readAllBytes();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** A request with the credentials; headers as name, value, name, value. */
    public HttpRequest.Builder request(String method, String path, BodyPublisher body, String... headers) {
        String credentials = Base64.getEncoder()
                .encodeToString("%s:%s".formatted(USER, PASSWORD).getBytes(StandardCharsets.UTF_8));
        HttpRequest.Builder builder = HttpRequest.newBuilder(base.resolve(path))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Basic " + credentials)
                .method(method, body);
        if (headers.length > 0) {
            builder.headers(headers);
        }
        return builder;
    }

    /** Sends a request. */
    public Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
            return new Answer(answer.statusCode(), answer.headers().map(), answer.body());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    /** A text as it may stand in a path or a query. */
    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The client for what the methods above do not offer. */
    public HttpClient client() {
        return client;
    }

    /** Stops the gateway, gracefully; answers under way are still read. */
    public void shutDown() {
        context.close();
    }

    @Override
    public void close() {
        client.close();
        context.close();
    }
}
