package dev.roadstead.api.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.roadstead.api.Asynchronously;
import dev.roadstead.api.FieldChecks;
import dev.roadstead.api.document.Fails;
import dev.roadstead.api.document.MayBeAsynchronous;
import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.PartlyDoneException;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.Pruned;
import dev.roadstead.fleet.Fleet;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Removes what nobody uses. */
@RestController
@RequestMapping("/v1/engines/{engine}/prune")
@Tag(name = "Engines")
public class PruneController {
    /** In the order in which they are pruned: what a removed container used is unused then. */
    private enum Kind {
        CONTAINERS,
        NETWORKS,
        VOLUMES,
        IMAGES;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        Mono<Pruned> prune(Engine engine) {
            return switch (this) {
                case CONTAINERS -> engine.containers().prune();
                case NETWORKS -> engine.networks().prune();
                case VOLUMES -> engine.volumes().prune();
                case IMAGES -> engine.images().prune();
            };
        }
    }

    private final Fleet fleet;
    private final Asynchronously asynchronously;

    public PruneController(Fleet fleet, Asynchronously asynchronously) {
        this.fleet = fleet;
        this.asynchronously = asynchronously;
    }

    /** Removes it. */
    @Operation(
            summary = "Remove what nobody uses on an engine",
            description = "containers: those that do not run and are not paused. networks: made by users and without"
                    + " containers. volumes: anonymous and unused. images: without a name and unused. They are pruned"
                    + " in this order; if one kind fails, details.kind names it, and details.pruned tells what is gone"
                    + " of the kinds before it.")
    @ApiResponse(
            responseCode = "200",
            description = "What is gone, by kind; only of the kinds asked for.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(implementation = PruneView.class)))
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.CONFLICT, ErrorKind.UNSUPPORTED})
    @MayBeAsynchronous
    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    public Mono<ResponseEntity<?>> prune(
            @PathVariable String engine, @RequestBody PruneRequest request, ServerWebExchange exchange) {
        return Mono.defer(() -> {
            Set<Kind> kinds = kinds(request.kinds());
            return fleet.engine(engine)
                    .flatMap(at -> asynchronously.asPreferred(
                            exchange,
                            "engine.prune",
                            List.of("/v1/engines/" + engine),
                            pruned(at, kinds).map(ResponseEntity::ok)));
        });
    }

    private static Set<Kind> kinds(@Nullable List<String> words) {
        if (words == null || words.isEmpty()) {
            throw FieldChecks.missing("kinds");
        }
        Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        for (String word : FieldChecks.texts("kinds", words)) {
            kinds.add(FieldChecks.oneOf("kinds", word, Kind.values(), Kind::word));
        }
        return kinds;
    }

    private static Mono<PruneView> pruned(Engine engine, Set<Kind> kinds) {
        return Mono.defer(() -> {
            Map<Kind, PrunedView> done = new EnumMap<>(Kind.class);
            return Flux.fromIterable(kinds)
                    .concatMap(kind -> kind.prune(engine)
                            .doOnNext(pruned -> done.put(kind, PrunedView.of(pruned)))
                            .onErrorMap(failure -> partly(kind, failure, done)))
                    .then(Mono.fromSupplier(() -> PruneView.of(done)));
        });
    }

    /** What is gone by then stays gone, and the client must learn of it. */
    private static Throwable partly(Kind kind, Throwable failure, Map<Kind, PrunedView> done) {
        return done.isEmpty()
                ? failure
                : new PartlyDoneException(failure, Map.of("kind", kind.word(), "pruned", PruneView.of(done)));
    }

    /** What to prune. */
    @Schema(description = "What to prune.")
    public record PruneRequest(
            @Schema(
                    description = "Kinds of things: containers, networks, volumes, images.",
                    example = "[\"containers\",\"images\"]",
                    requiredMode = Schema.RequiredMode.REQUIRED)
            @Nullable
            List<String> kinds) {}

    /** What was pruned. */
    @Schema(name = "PruneResult", description = "What was pruned, by kind.")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record PruneView(
            @Schema(description = "Of containers.") @Nullable
            PrunedView containers,

            @Schema(description = "Of networks.") @Nullable PrunedView networks,

            @Schema(description = "Of volumes.") @Nullable PrunedView volumes,

            @Schema(description = "Of images.") @Nullable PrunedView images) {
        private static PruneView of(Map<Kind, PrunedView> done) {
            return new PruneView(
                    done.get(Kind.CONTAINERS), done.get(Kind.NETWORKS), done.get(Kind.VOLUMES), done.get(Kind.IMAGES));
        }
    }

    /** What was pruned of one kind. */
    @Schema(name = "Pruned", description = "What was pruned of one kind.")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record PrunedView(
            @Schema(description = "Ids, or names where things have no ids.", example = "[\"4f1b3c5d7e9f\"]")
            List<String> removed,

            @Schema(description = "Bytes; null if the engine does not tell.", example = "1048576") @Nullable
            Long spaceReclaimed) {
        static PrunedView of(Pruned pruned) {
            return new PrunedView(pruned.removed(), pruned.spaceReclaimed());
        }
    }
}
