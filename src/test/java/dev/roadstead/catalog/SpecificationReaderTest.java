package dev.roadstead.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.swagger.parser.OpenAPIParser;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.parser.core.models.ParseOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Descriptions of APIs are read for their facts. */
class SpecificationReaderTest {
    private static final String SWAGGER = """
            swagger: "2.0"
            produces: [application/json, text/plain]
            consumes: [application/json]
            definitions:
              Config: { type: object }
            parameters:
              All: { name: all, in: query, type: boolean, default: false }
            responses:
              Operation: { description: an operation, schema: { $ref: "#/definitions/Config" } }
            paths:
              /libpod/things/{name:.*}/json:
                get:
                  operationId: ThingInspect
                  summary: "Deprecated: use another"
                  parameters:
                    - $ref: "#/parameters/All"
                    - { name: names, in: query, type: array, items: { type: string } }
                    - { name: ids, in: query, type: array, items: { type: integer }, collectionFormat: csv, required: true }
                    - { name: kind, in: query, type: string, enum: [one, two] }
                    - { name: X-Auth, in: header, type: string }
                  responses:
                    200: { description: ok, schema: { type: array, items: { $ref: "#/definitions/Config" } } }
                    404: { description: none }
                    default: { description: else }
              /things?recursion=1&public:
                get:
                  operationId: ThingInspect
                  responses: { "200": { description: ok } }
              /things:
                post:
                  operationId: thing_post
                  parameters:
                    - { name: body, in: body, required: true, schema: { $ref: "#/definitions/Config" } }
                  responses: { "202": { $ref: "#/responses/Operation" } }
            """;

    private static final String OPENAPI = """
            {"openapi":"3.1.0","info":{"title":"t","version":"1"},
             "components":{"schemas":{"Config":{"type":"object"}},
               "parameters":{"Id":{"name":"id","in":"path","required":true,"schema":{"type":"string"}}}},
             "paths":{"/things/{id}/{part}":{
               "parameters":[{"$ref":"#/components/parameters/Id"}],
               "put":{"operationId":"Thing.Put",
                 "parameters":[{"name":"tags","in":"query","explode":false,
                    "schema":{"type":["array","null"],"items":{"type":"string"}}}],
                 "requestBody":{"required":true,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Config"}}}},
                 "responses":{"200":{"description":"ok","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Config"}}}}}}}}}
            """;

    @Test
    void factsOfSwagger2AreRead() {
        CatalogOperation read = operation(new SpecificationReader("podman", "9").read(SWAGGER), "ThingInspect");

        assertThat(read.path()).isEqualTo("/libpod/things/{name}/json");
        assertThat(read.category()).isEqualTo("libpod/things");
        assertThat(read.method()).isEqualTo("GET");
        assertThat(read.deprecated()).isTrue();
        assertThat(read.success()).containsExactly(200);
        assertThat(read.errors()).containsExactly(404);
        assertThat(read.produces()).containsExactly("application/json", "text/plain");
        assertThat(read.consumes()).isEmpty();
        assertThat(read.result()).isEqualTo("Config[]");
        assertThat(read.parameters())
                .extracting(CatalogParameter::name, CatalogParameter::in, CatalogParameter::type)
                .containsExactly(
                        tuple("name", "path", "string"),
                        tuple("all", "query", "boolean"),
                        tuple("names", "query", "array"),
                        tuple("ids", "query", "array"),
                        tuple("kind", "query", "string"),
                        tuple("X-Auth", "header", "string"));
        assertThat(read.parameters().getFirst().declared()).isFalse();
        assertThat(read.parameters().get(2).collectionFormat()).isEqualTo("undeclared");
        assertThat(read.parameters().get(3).collectionFormat()).isEqualTo("csv");
        assertThat(read.parameters().get(3).required()).isTrue();
        assertThat(String.valueOf(read.parameters().get(4).values())).isEqualTo("[\"one\",\"two\"]");
    }

    @Test
    void anIdThatIsThereTwiceGetsANumberAndAQueryInAPathIsFixed() {
        CatalogOperation read = operation(new SpecificationReader("lxd", "9").read(SWAGGER), "ThingInspect_2");

        assertThat(read.nativeId()).isEqualTo("ThingInspect");
        assertThat(read.path()).isEqualTo("/things");
        assertThat(read.fixedQuery()).isEqualTo(Map.of("recursion", "1", "public", ""));
    }

    @Test
    void aBodyAndAnOperationThatGoesOnAreKnown() {
        CatalogOperation read = operation(new SpecificationReader("lxd", "9").read(SWAGGER), "thing_post");

        assertThat(read.asynchronous()).isTrue();
        CatalogParameter body = Objects.requireNonNull(read.body());
        assertThat(body.schema()).isEqualTo("Config");
        assertThat(body.required()).isTrue();
        assertThat(read.consumes()).containsExactly("application/json");
    }

    @Test
    void factsOfOpenApi3AreRead() {
        CatalogOperation read = operation(new SpecificationReader("other", "1").read(OPENAPI), "Thing.Put");

        assertThat(read.method()).isEqualTo("PUT");
        assertThat(read.parameters())
                .extracting(CatalogParameter::name)
                .containsExactlyInAnyOrder("part", "id", "tags", "body");
        assertThat(read.parameters().stream()
                        .filter(known -> known.name().equals("tags"))
                        .map(CatalogParameter::collectionFormat))
                .containsExactly("csv");
        assertThat(Objects.requireNonNull(read.body()).required()).isTrue();
        assertThat(read.result()).isEqualTo("Config");
    }

    @Test
    void anotherParserFindsTheSameOperations() throws Exception {
        String text = Files.readString(Path.of("openapi/openapi.yaml"));
        Catalog ours = new SpecificationReader("other", "1").read(text);
        OpenAPI theirs =
                new OpenAPIParser().readContents(text, null, new ParseOptions()).getOpenAPI();

        Set<String> expected = new TreeSet<>();
        theirs.getPaths()
                .forEach((path, item) -> item.readOperationsMap()
                        .forEach((method, operation) ->
                                expected.add("%s %s %s".formatted(operation.getOperationId(), method, path))));
        Set<String> found = new TreeSet<>();
        ours.operations()
                .forEach(operation ->
                        found.add("%s %s %s".formatted(operation.id(), operation.method(), operation.path())));
        assertThat(found).isEqualTo(expected).hasSizeGreaterThan(50);
    }

    @Test
    void whatIsNoDescriptionIsRefused() {
        assertThatThrownBy(() -> new SpecificationReader("other", "1").read("hello: there"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aVersionIsAddedToThoseThatThereAreAndTheOthersStayAsTheyWere(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("api.yaml"), SWAGGER, StandardCharsets.UTF_8);
        Path shipped = folder.resolve("shipped");

        new CatalogGenerator(shipped).add(List.of("podman:9.0=" + file));
        byte[] first = Files.readAllBytes(shipped.resolve("podman.json.gz"));
        new CatalogGenerator(shipped).add(List.of("podman:9.1=" + file));
        CatalogFamily both;
        try (var in = Files.newInputStream(shipped.resolve("podman.json.gz"))) {
            both = CatalogFamily.read(in);
        }
        new CatalogGenerator(folder.resolve("again")).add(List.of("podman:9.0=" + file));

        assertThat(both.versions()).containsExactly("9.0", "9.1");
        assertThat(both.at("9.1").operations()).isEqualTo(both.at("9.0").operations());
        assertThat(both.variants()).hasSize(3);
        assertThat(Files.readAllBytes(folder.resolve("again").resolve("podman.json.gz")))
                .isEqualTo(first);
    }

    @Test
    void noCatalogIsMadeOfAnEngineThatNobodyKnows(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(
                folder.resolve("typo.yaml"), "{swagger: '2.0', paths: {/x: {get: {operationId: X}}}}");
        CatalogGenerator generator = new CatalogGenerator(folder.resolve("shipped"));

        assertThatThrownBy(() -> generator.add(List.of("dokcer:1.56=" + file)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("dokcer (expected: one of [docker, ");
        assertThat(folder.resolve("shipped")).doesNotExist();
    }

    private static CatalogOperation operation(Catalog catalog, String id) {
        return Objects.requireNonNull(catalog.operation(id));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "swagger: '2.0' | ''",
                "{swagger: '2.0', basePath: /} | ''",
                "{swagger: '2.0', basePath: /v1.41/} | /v1.41",
                "openapi: 3.1.0 | ''",
                "{openapi: 3.1.0, servers: [{url: 'https://a.example'}]} | ''",
                "{openapi: 3.1.0, servers: [{url: '//a.example/x'}, {url: /y}]} | /x",
                "{openapi: 3.1.0, servers: [{url: api}]} | /api",
                "{openapi: 3.1.0, servers: [{url: '{base}/v{n}', variables: {base: {default: 'http://a'}, n: {default: '2'}}}]} | /v2"
            })
    void whatStandsBeforeEveryPathIsReadOfAnEngineOfWhichNothingElseIsKnown(String description, String before) {
        assertThat(new SpecificationReader().read(description).prefix(null)).isEqualTo(before);
    }

    @Test
    void howAnAnswerIsFramedCanBeSaid() {
        String told = "{swagger: '2.0', paths: {/x: {get: {operationId: X, x-roadstead-streaming: %s}}}}";
        Catalog catalog = new SpecificationReader().read(told.formatted("websocket"));
        assertThat(Objects.requireNonNull(catalog.operation("X")).streaming()).isEqualTo(Streaming.WEBSOCKET);
        assertThatThrownBy(() -> new SpecificationReader().read(told.formatted("sockets")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("streaming: sockets");
    }

    @Test
    void whatIsNoYamlIsRefused() {
        assertThatThrownBy(() -> new SpecificationReader().read("{ a: ["))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("neither YAML nor JSON");
    }
}
