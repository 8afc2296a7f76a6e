package dev.roadstead.api.nativeaccess;

import dev.roadstead.api.UploadBound;
import dev.roadstead.api.access.AuditFilter;
import dev.roadstead.api.document.Fails;
import dev.roadstead.api.nativeaccess.InvokeRequest.Bounds;
import dev.roadstead.api.nativeaccess.NativeAnswer.Form;
import dev.roadstead.api.nativeaccess.NativeViews.CategoryList;
import dev.roadstead.api.nativeaccess.NativeViews.OperationDoc;
import dev.roadstead.api.nativeaccess.NativeViews.OperationList;
import dev.roadstead.api.nativeaccess.NativeViews.ShortView;
import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemException;
import dev.roadstead.engine.Engine;
import dev.roadstead.fleet.Fleet;
import dev.roadstead.nativeaccess.Invocation;
import dev.roadstead.nativeaccess.NativeOperations;
import dev.roadstead.nativeaccess.NativeOperations.Allowed;
import dev.roadstead.nativeaccess.NativeOperations.Known;
import dev.roadstead.nativeaccess.NativeRefusal;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Every operation of every engine's own API. */
@RestController
@RequestMapping("/v1/engines/{engine}/native")
@Tag(name = "Native access", description = "Every operation of every engine's own API.")
public class NativeController {
    private static final String VERSION = "version";
    private static final String VERSION_TEXT =
            "The version of the engine's API, with or without a v; if not given, the best that the engine speaks.";

    /** Docker's own parameters of that name are plain numbers. */
    private static final Pattern OF_AN_API = Pattern.compile("v.*|[0-9]+\\.[0-9].*");

    private final Fleet fleet;
    private final NativeOperations operations;
    private final NativeBodies bodies;
    private final NativeAnswer answer = new NativeAnswer();

    public NativeController(Fleet fleet, NativeOperations operations, UploadBound bound) {
        this.fleet = fleet;
        this.operations = operations;
        this.bodies = new NativeBodies(bound);
    }

    /** Lists categories. */
    @Operation(
            summary = "List the categories of an engine's own API",
            description = "Podman's own are named libpod/…, beside those that it has like Docker.")
    @ApiResponse(responseCode = "200", description = "The categories.", useReturnTypeSchema = true)
    @Fails({ErrorKind.FORBIDDEN, ErrorKind.UNSUPPORTED})
    @GetMapping("/categories")
    public Mono<CategoryList> categories(
            @PathVariable String engine,
            @Parameter(description = VERSION_TEXT, example = "1.41") @RequestParam(required = false) @Nullable
                    String version) {
        return fleet.engine(engine)
                .flatMap(at -> operations.catalog(at, version))
                .map(catalog -> new CategoryList(catalog.version(), catalog.categories()))
                .onErrorMap(NativeRefusal.class, NativeController::told);
    }

    /** Lists operations. */
    @Operation(summary = "List the operations of an engine's own API")
    @ApiResponse(responseCode = "200", description = "The operations.", useReturnTypeSchema = true)
    @Fails({ErrorKind.FORBIDDEN, ErrorKind.UNSUPPORTED})
    @GetMapping("/ops")
    public Mono<OperationList> list(
            @PathVariable String engine,
            @Parameter(description = "Only those of this category.", example = "containers")
                    @RequestParam(required = false)
                    @Nullable
                    String category,
            @Parameter(description = VERSION_TEXT, example = "1.41") @RequestParam(required = false) @Nullable
                    String version) {
        return fleet.engine(engine)
                .flatMap(at -> operations.catalog(at, version))
                .map(catalog -> {
                    if (category != null && !catalog.categories().contains(category)) {
                        throw new ProblemException(
                                ErrorKind.NOT_FOUND,
                                "NO_SUCH_CATEGORY",
                                "%s %s has no category %s".formatted(catalog.engine(), catalog.version(), category),
                                Map.of("categories", catalog.categories()));
                    }
                    return new OperationList(
                            catalog.version(),
                            catalog.operations().stream()
                                    .filter(known ->
                                            category == null || known.category().equals(category))
                                    .map(ShortView::of)
                                    .toList());
                })
                .onErrorMap(NativeRefusal.class, NativeController::told);
    }

    /** Shows one. */
    @Operation(summary = "Show an operation of an engine's own API")
    @ApiResponse(responseCode = "200", description = "The operation.", useReturnTypeSchema = true)
    @Fails({ErrorKind.FORBIDDEN, ErrorKind.UNSUPPORTED})
    @GetMapping("/ops/{op}")
    public Mono<OperationDoc> get(
            @PathVariable String engine,
            @Parameter(description = "The operation's id.", example = "ContainerList") @PathVariable String op,
            @Parameter(description = VERSION_TEXT, example = "1.41") @RequestParam(required = false) @Nullable
                    String version) {
        return fleet.engine(engine)
                .flatMap(at -> operations.operation(at, version, op))
                .map(known -> OperationDoc.of(known.catalog(), known.operation()))
                .onErrorMap(NativeRefusal.class, NativeController::told);
    }

    /** Calls one. */
    @Operation(
            summary = "Call an operation of an engine's own API",
            description =
                    "As JSON, or with a body of any other type, which is the operation's own; its parameters stand in the"
                            + " query then, and the header X-Roadstead-Undeclared: pass lets those pass that the operation"
                            + " does not declare. The engine's status, headers and body are the answer, as they come.")
    @ApiResponse(
            responseCode = "2XX",
            description = "What the engine answers, whatever its status.",
            headers =
                    @Header(
                            name = NativeAnswer.UNDECLARED,
                            description = "What was sent though the operation does not declare it.",
                            schema = @Schema(type = "string")),
            content = @Content(mediaType = "*/*", schema = @Schema(type = "string", format = "binary")))
    @Fails({ErrorKind.FORBIDDEN, ErrorKind.UNSUPPORTED, ErrorKind.TIMEOUT})
    @PostMapping(path = "/ops/{op}", consumes = MediaType.APPLICATION_JSON_VALUE)
    public Mono<Void> call(
            @PathVariable String engine,
            @Parameter(description = "The operation's id.", example = "ContainerList") @PathVariable String op,
            @Parameter(description = VERSION_TEXT, example = "1.41") @RequestParam(required = false) @Nullable
                    String version,
            @RequestBody InvokeRequest request,
            @Parameter(hidden = true) ServerWebExchange exchange) {
        return fleet.engine(engine)
                .flatMap(at -> operations
                        .operation(at, version, op)
                        .flatMap(known -> {
                            Bounds bounds = request.bounds(at.patience());
                            Map<String, String> headers = withoutType(request.headers());
                            Allowed allowed = operations.request(
                                    at,
                                    known,
                                    new Invocation(
                                            version,
                                            bodies.values(request.params()),
                                            headers,
                                            bodies.of(
                                                    request.data(),
                                                    request.headers() == null ? Map.of() : request.headers(),
                                                    known.operation()),
                                            passes(request.undeclared()),
                                            bounds.head()));
                            return given(exchange, at, known, allowed, form(request, bounds));
                        })
                        .onErrorMap(NativeRefusal.class, NativeController::told));
    }

    /** Calls one with a body of its own. */
    @Operation(hidden = true)
    @PostMapping(path = "/ops/{op}", consumes = "!" + MediaType.APPLICATION_JSON_VALUE)
    public Mono<Void> send(@PathVariable String engine, @PathVariable String op, ServerWebExchange exchange) {
        return Mono.defer(() -> {
            Map<String, List<String>> query = new LinkedHashMap<>();
            String version = split(exchange.getRequest().getQueryParams(), query);
            String undeclared = exchange.getRequest().getHeaders().getFirst(NativeAnswer.UNDECLARED);
            return fleet.engine(engine)
                    .flatMap(at -> operations
                            .operation(at, version, op)
                            .flatMap(known -> {
                                Allowed allowed = operations.request(
                                        at,
                                        known,
                                        new Invocation(
                                                version,
                                                bodies.query(query),
                                                Map.of(),
                                                bodies.of(exchange.getRequest()),
                                                passes(undeclared),
                                                null));
                                return given(exchange, at, known, allowed, new Form(false, false, Bounds.NONE));
                            })
                            .onErrorMap(NativeRefusal.class, NativeController::told));
        });
    }

    /** Sends what no catalog knows. */
    @Operation(
            summary = "Send a request in an engine's own API that its descriptions lack",
            description = "The engine's status, headers and body are the answer, as they come.")
    @ApiResponse(
            responseCode = "2XX",
            description = "What the engine answers, whatever its status.",
            content = @Content(mediaType = "*/*", schema = @Schema(type = "string", format = "binary")))
    @Fails({ErrorKind.FORBIDDEN, ErrorKind.UNSUPPORTED})
    @PostMapping(path = "/request", consumes = MediaType.APPLICATION_JSON_VALUE)
    public Mono<Void> request(
            @PathVariable String engine,
            @RequestBody RawRequest request,
            @Parameter(hidden = true) ServerWebExchange exchange) {
        return fleet.engine(engine)
                .flatMap(at -> {
                    Map<String, String> headers = request.headers() == null ? Map.of() : request.headers();
                    String method = needed("method", request.method());
                    String path = needed("path", request.path());
                    // What is refused is told as well.
                    AuditFilter.target(exchange, method, path);
                    Allowed allowed = operations.request(
                            at,
                            method,
                            path,
                            bodies.values(request.query()),
                            withoutType(headers),
                            bodies.of(request.body(), headers, null),
                            null);
                    return answer.give(exchange, at, allowed, new Form(false, false, Bounds.NONE));
                })
                .onErrorMap(NativeRefusal.class, NativeController::told);
    }

    private Mono<Void> given(ServerWebExchange exchange, Engine at, Known known, Allowed allowed, Form form) {
        if (known.operation().streaming().takesOver()) {
            throw new ProblemException(
                    ErrorKind.UPGRADE_REQUIRED,
                    "SOCKET_OPERATION",
                    "%s takes the connection over (expected: a WebSocket)"
                            .formatted(known.operation().id()),
                    Map.of(
                            "socket",
                            "/v1/ws/native/%s/%s"
                                    .formatted(at.name(), known.operation().id())));
        }
        return answer.give(exchange, at, allowed, form);
    }

    private static Form form(InvokeRequest request, Bounds bounds) {
        boolean entire = Boolean.TRUE.equals(request.throwEntireMessage());
        return new Form(entire || Boolean.TRUE.equals(request.throwExceptions()), entire, bounds);
    }

    private static String needed(String field, @Nullable String value) {
        if (value == null) {
            throw ProblemException.invalid("MISSING_FIELD", field, null, "%s is missing".formatted(field));
        }
        return value;
    }

    static boolean passes(@Nullable String undeclared) {
        if (undeclared == null || undeclared.equals("refuse")) {
            return false;
        }
        if (!undeclared.equals("pass")) {
            throw ProblemException.invalid(
                    "INVALID_UNDECLARED", "undeclared", undeclared, "undeclared (expected: refuse or pass)");
        }
        return true;
    }

    /** It is told with the body. */
    private static Map<String, String> withoutType(@Nullable Map<String, String> headers) {
        Map<String, String> others = new LinkedHashMap<>();
        if (headers != null) {
            headers.forEach((name, value) -> {
                if (!name.equalsIgnoreCase("content-type")) {
                    others.put(name, value);
                }
            });
        }
        return others;
    }

    /** Parts the API's version from an operation's own parameter of that name; gives the former. */
    static @Nullable String split(MultiValueMap<String, String> given, Map<String, List<String>> query) {
        String version = null;
        for (Map.Entry<String, List<String>> entry : given.entrySet()) {
            List<String> values = new ArrayList<>();
            for (String value : entry.getValue()) {
                String text = value == null ? "" : value;
                if (version == null
                        && entry.getKey().equals(VERSION)
                        && OF_AN_API.matcher(text).matches()) {
                    version = text;
                } else {
                    values.add(text);
                }
            }
            if (!values.isEmpty()) {
                query.put(entry.getKey(), values);
            }
        }
        return version;
    }

    public static ProblemException told(NativeRefusal refusal) {
        ErrorKind kind = switch (refusal.kind()) {
            case INVALID -> ErrorKind.VALIDATION_ERROR;
            case UNKNOWN -> ErrorKind.NOT_FOUND;
            case FORBIDDEN -> ErrorKind.FORBIDDEN;
        };
        return new ProblemException(kind, refusal.code(), String.valueOf(refusal.getMessage()), refusal.details());
    }
}
