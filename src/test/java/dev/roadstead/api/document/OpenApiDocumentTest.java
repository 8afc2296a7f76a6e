package dev.roadstead.api.document;

import static org.assertj.core.api.Assertions.assertThat;

import io.swagger.parser.OpenAPIParser;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The API document: complete, valid, and the same as the one that is checked in. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "roadstead.engines.away.kind=docker",
            "roadstead.engines.away.uri=unix:///nonexistent/docker.sock",
            "roadstead.security.password=secret"
        })
class OpenApiDocumentTest {
    private static final Path CHECKED_IN = Path.of("openapi/openapi.yaml");

    @LocalServerPort
    private int port;

    @Test
    void theCheckedInDocumentIsTheServedOne() throws Exception {
        String served = served("/openapi.yaml");
        String checkedIn = Files.exists(CHECKED_IN) ? Files.readString(CHECKED_IN) : "";
        if (!served.equals(checkedIn)) {
            Files.createDirectories(CHECKED_IN.getParent());
            Files.writeString(CHECKED_IN, served);
        }
        assertThat(served.equals(checkedIn))
                .as(
                        "%s differed from what the gateway serves and has been rewritten: review the change of contract,"
                                + " commit it, and run the build again",
                        CHECKED_IN)
                .isTrue();
    }

    @Test
    void theDocumentIsServedWithoutCredentialsInBothForms() throws Exception {
        assertThat(served("/openapi.yaml")).startsWith("openapi: 3.1.");
        assertThat(served("/openapi.json")).startsWith("{\"openapi\":\"3.1.");
    }

    @Test
    void theDocumentPassesTheValidator() throws Exception {
        assertThat(parsed().getMessages()).isEmpty();
    }

    @Test
    void everyOperationSaysWhatItDoesAndHowItFails() throws Exception {
        List<String> gaps = new ArrayList<>();
        parsed().getOpenAPI()
                .getPaths()
                .forEach((path, item) -> item.readOperationsMap()
                        .forEach((method, operation) -> gaps.addAll(gaps(method + " " + path, path, operation))));
        assertThat(gaps).isEmpty();
    }

    private static List<String> gaps(String name, String path, Operation operation) {
        List<String> gaps = new ArrayList<>();
        if (operation.getSummary() == null || operation.getSummary().isBlank()) {
            gaps.add(name + " has no summary");
        }
        if (operation.getResponses().keySet().stream()
                .noneMatch(status -> status.startsWith("2") || status.equals("101"))) {
            gaps.add(name + " has no success");
        }
        if (!path.endsWith("/healthz") && !operation.getResponses().keySet().containsAll(List.of("401", "500"))) {
            gaps.add(name + " does not say how it fails");
        }
        if (path.contains("{") && !operation.getResponses().containsKey("404")) {
            gaps.add(name + " does not say what happens if there is no such thing");
        }
        for (Parameter parameter :
                operation.getParameters() == null ? List.<Parameter>of() : operation.getParameters()) {
            if (parameter.getDescription() == null || parameter.getExample() == null) {
                gaps.add("%s: parameter %s has no description or no example".formatted(name, parameter.getName()));
            }
        }
        return gaps;
    }

    @Test
    void everyFieldHasASentenceAndAnExample() throws Exception {
        OpenAPI document = parsed().getOpenAPI();
        List<String> gaps = new ArrayList<>();
        document.getComponents().getSchemas().forEach((name, schema) -> {
            Map<?, ?> properties = schema.getProperties() == null ? Map.of() : schema.getProperties();
            properties.forEach((key, value) -> {
                Schema<?> field = (Schema<?>) value;
                if (!leadsFurther(field) && (field.getDescription() == null || field.getExample() == null)) {
                    gaps.add("%s.%s".formatted(name, key));
                }
            });
        });
        assertThat(gaps).isEmpty();
    }

    /** An object or a list of objects is exemplified by its own fields. */
    private static boolean leadsFurther(Schema<?> field) {
        return field.get$ref() != null
                || field.getOneOf() != null
                || (field.getItems() != null && field.getItems().get$ref() != null)
                || (field.getAdditionalProperties() instanceof Schema<?> values && values.get$ref() != null);
    }

    private SwaggerParseResult parsed() throws IOException, InterruptedException {
        ParseOptions options = new ParseOptions();
        options.setResolve(true);
        return new OpenAPIParser().readContents(served("/openapi.yaml"), null, options);
    }

    private String served(String path) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create("http://localhost:%d%s".formatted(port, path)))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            return answer.body();
        }
    }
}
