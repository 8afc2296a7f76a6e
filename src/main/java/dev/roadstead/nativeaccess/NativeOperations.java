package dev.roadstead.nativeaccess;

import dev.roadstead.catalog.Catalog;
import dev.roadstead.catalog.CatalogOperation;
import dev.roadstead.catalog.ShippedCatalogs;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineName;
import dev.roadstead.engine.NativeApi;
import dev.roadstead.engine.NativeRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** The native operations of every engine: finds them, makes requests of them, and looks whether those are allowed. */
public final class NativeOperations {
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final Pattern VERSION = Pattern.compile("v?[0-9][0-9A-Za-z.+-]{0,30}");

    private final ShippedCatalogs catalogs;
    private final Map<EngineName, Catalog> own;
    private final Map<EngineName, NativeRules> rules;

    /**
     * Knows these catalogs.
     *
     * @param own of engines that have one of their own
     * @param rules of engines for which not everything is allowed
     */
    public NativeOperations(
            ShippedCatalogs catalogs, Map<EngineName, Catalog> own, Map<EngineName, NativeRules> rules) {
        this.catalogs = catalogs;
        this.own = Map.copyOf(own);
        this.rules = Map.copyOf(rules);
    }

    /**
     * An operation with the catalog that it is of.
     *
     * @param spoken the version that the engine speaks
     */
    public record Known(
            Catalog catalog,
            CatalogOperation operation,
            @Nullable String spoken) {}

    /**
     * A request that is allowed.
     *
     * @param operation null: it is of no catalog
     * @param undeclared what of it the operation does not declare
     */
    public record Allowed(@Nullable CatalogOperation operation, NativeRequest request, List<String> undeclared) {
        /** The same request without its body. */
        public NativeRequest withoutBody() {
            return new NativeRequest(
                    request.method(),
                    request.target(),
                    request.headers(),
                    new NativeRequest.Body.None(),
                    request.answerWithin(),
                    request.mayBeSilent());
        }
    }

    /** The catalog of an engine's API. */
    public Mono<Catalog> catalog(Engine engine, @Nullable String version) {
        return chosen(engine, version).map(Chosen::catalog);
    }

    /** One operation. */
    public Mono<Known> operation(Engine engine, @Nullable String version, String id) {
        return chosen(engine, version).map(chosen -> {
            CatalogOperation found = chosen.catalog().operation(id);
            if (found == null) {
                throw new NativeRefusal(
                        NativeRefusal.Kind.UNKNOWN,
                        "NO_SUCH_OPERATION",
                        "%s %s has no operation %s"
                                .formatted(
                                        chosen.catalog().engine(),
                                        chosen.catalog().version(),
                                        id),
                        Map.of(
                                "version",
                                chosen.catalog().version(),
                                "candidates",
                                chosen.catalog().operations().stream()
                                        .map(CatalogOperation::id)
                                        .filter(known -> known.equalsIgnoreCase(id))
                                        .toList()));
            }
            return new Known(chosen.catalog(), found, chosen.spoken());
        });
    }

    /** Makes a request of an operation. */
    public Allowed request(Engine engine, Known known, Invocation wanted) {
        CatalogOperation operation = known.operation();
        NativeParameters placed = new NativeParameters(known.catalog(), operation, wanted.params())
                .place(wanted.hasBody(), wanted.passUndeclared());
        NativePath path = placed.path(known.catalog().prefix(known.spoken()));
        rules(engine).check(operation.method(), path, operation.streaming().takesOver());
        Map<String, String> headers = placed.headers();
        wanted.headers().forEach((name, value) -> NativeHeaders.put(headers, name, value));
        return new Allowed(
                operation,
                new NativeRequest(
                        operation.method(),
                        path.raw() + placed.query(),
                        headers,
                        wanted.body(),
                        wanted.answerWithin(),
                        operation.streaming().mayBeSilent()),
                placed.undeclared());
    }

    /** Makes a request that no catalog knows.
     *
     * @param path percent-encoded
     * @param query by name; arrays are repeated, objects sent as their JSON
     */
    public Allowed request(
            Engine engine,
            String method,
            String path,
            Map<String, JsonNode> query,
            Map<String, String> given,
            NativeRequest.Body body,
            @Nullable Duration answerWithin) {
        if (!METHODS.contains(method)) {
            throw NativeRefusal.invalid(
                    "INVALID_METHOD",
                    "method",
                    "method (expected: one of %s)"
                            .formatted(METHODS.stream().sorted().toList()));
        }
        NativePath checked = NativePath.of(path);
        rules(engine).check(method, checked, false);
        Map<String, String> headers = NativeHeaders.empty();
        given.forEach((name, value) -> NativeHeaders.put(headers, name, value));
        String behind = NativeParameters.query(query);
        return new Allowed(
                null, new NativeRequest(method, checked.raw() + behind, headers, body, answerWithin, true), List.of());
    }

    private NativeRules rules(Engine engine) {
        return rules(engine.name());
    }

    /** What of an engine's own API may be used. */
    public NativeRules rules(EngineName engine) {
        return rules.getOrDefault(engine, NativeRules.FULL);
    }

    private record Chosen(Catalog catalog, @Nullable String spoken) {}

    private Mono<Chosen> chosen(Engine engine, @Nullable String version) {
        if (version != null && !VERSION.matcher(version).matches()) {
            return Mono.error(
                    () -> NativeRefusal.invalid("INVALID_VERSION", "version", "version (expected: as 1.41 or v1.41)"));
        }
        Catalog single = own.get(engine.name());
        if (single != null) {
            return version == null || single.isOf(version)
                    ? Mono.just(new Chosen(single, null))
                    : Mono.error(() -> noCatalog(single.engine(), version, List.of(single.version())));
        }
        Mono<NativeApi> api = engine.nativeAccess().api();
        if (version == null) {
            return api.flatMap(spoken -> catalogs.bestFor(spoken.family(), spoken.version())
                    .map(catalog -> new Chosen(catalog, spoken.version()))
                    .switchIfEmpty(Mono.error(() -> noCatalog(spoken.family(), null, List.of()))));
        }
        // What is asked for by its version can be told of an engine that is away.
        return api.onErrorResume(
                        EngineException.Unavailable.class,
                        _ -> Mono.just(new NativeApi(engine.kind().word(), null)))
                .flatMap(spoken -> catalogs.named(spoken.family(), version)
                        .map(catalog -> new Chosen(catalog, spoken.version()))
                        .switchIfEmpty(catalogs.versions(spoken.family())
                                .defaultIfEmpty(List.of())
                                .flatMap(all -> Mono.error(() -> noCatalog(spoken.family(), version, all)))));
    }

    private static NativeRefusal noCatalog(String family, @Nullable String version, List<String> versions) {
        return new NativeRefusal(
                NativeRefusal.Kind.UNKNOWN,
                "NO_SUCH_VERSION",
                version == null
                        ? "there is no catalog of %s".formatted(family)
                        : "there is no catalog of %s %s".formatted(family, version),
                Map.of("versions", versions));
    }
}
