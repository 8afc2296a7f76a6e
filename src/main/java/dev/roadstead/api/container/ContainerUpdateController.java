package dev.roadstead.api.container;

import dev.roadstead.api.Asynchronously;
import dev.roadstead.api.container.UpdateRequests.Wanted;
import dev.roadstead.api.document.Fails;
import dev.roadstead.api.document.MayBeAsynchronous;
import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemException;
import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerChanges;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerName;
import dev.roadstead.container.Cuid;
import dev.roadstead.container.Labels;
import dev.roadstead.engine.Capabilities;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineException;
import dev.roadstead.fleet.Fleet;
import dev.roadstead.fleet.Located;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Changes containers in place, and copies them. */
@RestController
@RequestMapping("/v1/containers/{cuid}")
@Tag(name = "Containers")
public class ContainerUpdateController {
    private final Fleet fleet;
    private final Asynchronously asynchronously;
    private final UpdateRequests requests;

    public ContainerUpdateController(Fleet fleet, Asynchronously asynchronously, JsonMapper json) {
        this.fleet = fleet;
        this.asynchronously = asynchronously;
        this.requests = new UpdateRequests(json);
    }

    /** Changes one. */
    @Operation(
            summary = "Change a container in place",
            description = "env is merged (null removes), tags and labels are replaced, of resources the given ones"
                    + " change (null lifts). What the engine cannot change in place is 501 with details.capability and"
                    + " details.field, and then nothing is changed. Variables take effect at the next start.")
    @AnswersContainer
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.CONFLICT, ErrorKind.STATE_ERROR, ErrorKind.UNSUPPORTED})
    @MayBeAsynchronous
    @PatchMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    public Mono<ResponseEntity<?>> update(
            @PathVariable String cuid,
            @Parameter(
                            description =
                                    "The ETag of the container as it was when the change was thought of; 409 if it"
                                            + " is another by now.",
                            example = "\"4f1b3c5d7e9f4f1b3c5d7e9f4f1b3c5d\"")
                    @RequestHeader(name = "If-Match", required = false)
                    @Nullable
                    String ifMatch,
            @RequestBody UpdateContainerRequest request,
            ServerWebExchange exchange) {
        return Mono.defer(() -> {
            Wanted wanted = requests.wanted(request);
            return fleet.locate(cuid)
                    .doOnNext(at -> checkUnchanged(at, ifMatch))
                    .flatMap(at -> asynchronously.asPreferred(
                            exchange,
                            "container.update",
                            List.of("/v1/containers/" + at.cuid()),
                            change(at, wanted).map(ResponseEntity::ok)));
        });
    }

    private static void checkUnchanged(Located at, @Nullable String ifMatch) {
        if (ifMatch == null || ifMatch.strip().equals("*")) {
            return;
        }
        String now = ContainerViews.etag(at);
        if (Arrays.stream(ifMatch.split(",", -1)).map(String::strip).noneMatch(now::equals)) {
            throw new ProblemException(
                    ErrorKind.CONFLICT, "STALE_IF_MATCH", "the container was changed meanwhile", Map.of("etag", now));
        }
    }

    private Mono<ContainerView> change(Located at, Wanted wanted) {
        ContainerChanges changes = wanted.of(at.container());
        ContainerName name = wanted.name();
        boolean renames = name != null && !name.value().equals(at.container().name());
        return at.engine()
                .describe()
                .doOnNext(known -> demand(at.engine(), known.capabilities(), changes, renames))
                .then(Mono.defer(() -> renames && name != null
                        ? renamed(at, name, changes)
                        : changed(at.engine(), at.container().id(), changes)
                                .flatMap(changed -> ContainerActionController.after(at, changed))));
    }

    private static Mono<Boolean> changed(Engine engine, ContainerId id, ContainerChanges changes) {
        return changes.equals(ContainerChanges.NONE)
                ? Mono.just(false)
                : engine.containers().update(id, changes);
    }

    /** The name first: it is more likely refused, and more easily put back. */
    private Mono<ContainerView> renamed(Located at, ContainerName name, ContainerChanges changes) {
        Engine engine = at.engine();
        ContainerName before = new ContainerName(at.container().name());
        return engine.containers()
                .rename(at.container().id(), name)
                .then(Mono.defer(() -> fleet.renamed(at, name)))
                .flatMap(renamed -> changed(engine, renamed.container().id(), changes)
                        .onErrorResume(failure -> engine.containers()
                                .rename(renamed.container().id(), before)
                                .onErrorComplete()
                                .then(Mono.error(failure)))
                        .then(Mono.defer(() -> ContainerActionController.after(renamed, true))));
    }

    /** Before anything is touched. */
    private static void demand(Engine engine, Capabilities has, ContainerChanges changes, boolean renames) {
        if (changes.env() != null) {
            demand(engine, has, Capability.UPDATE_ENV, "env");
        }
        if (changes.labels() != null) {
            demand(engine, has, Capability.UPDATE_LABELS, "labels");
        }
        if (changes.changesResources()) {
            demand(engine, has, Capability.UPDATE_RESOURCES, "resources");
        }
        if (changes.restartPolicy() != null) {
            demand(engine, has, Capability.UPDATE_RESTART_POLICY, "restart_policy");
        }
        if (renames) {
            demand(engine, has, Capability.RENAME, "name");
        }
    }

    private static void demand(Engine engine, Capabilities has, Capability capability, String field) {
        if (!has.has(capability)) {
            throw new EngineException.Unsupported(
                    capability,
                    has.of(capability).reason(),
                    EngineException.Evidence.of(engine.name().value()).with("field", field));
        }
    }

    /** Copies one. */
    @Operation(
            summary = "Copy a container",
            description = "Makes another one like it on the same engine, files included, with a cuid of its own, not"
                    + " started.")
    @ApiResponse(
            responseCode = "201",
            description = "The copy.",
            headers = @Header(name = "Location", description = "Its path.", schema = @Schema(type = "string")),
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(implementation = ContainerView.class)))
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.CONFLICT, ErrorKind.STATE_ERROR, ErrorKind.UNSUPPORTED})
    @MayBeAsynchronous
    @PostMapping(path = "/clone", consumes = MediaType.APPLICATION_JSON_VALUE)
    public Mono<ResponseEntity<?>> copy(
            @PathVariable String cuid, @RequestBody CloneRequest request, ServerWebExchange exchange) {
        return Mono.defer(() -> {
            ContainerName name = ContainerActionController.name(request.name());
            return fleet.locate(cuid)
                    .delayUntil(at -> request.engine() == null
                            ? Mono.empty()
                            : fleet.engine(request.engine()).doOnNext(target -> checkSame(at, target)))
                    .flatMap(at -> asynchronously.asPreferred(
                            exchange,
                            "container.clone",
                            List.of("/v1/containers/" + at.cuid()),
                            copied(at, name).map(ContainerUpdateController::made)));
        });
    }

    private static void checkSame(Located at, Engine target) {
        if (!target.name().equals(at.engine().name())) {
            throw new EngineException.Unsupported(
                    Capability.CLONE,
                    "containers are copied within one engine only",
                    EngineException.Evidence.of(target.name().value()).with("field", "engine"));
        }
    }

    private Mono<Located> copied(Located at, ContainerName name) {
        Cuid cuid = Cuid.random();
        Map<String, String> labels = new HashMap<>(at.container().labels());
        labels.remove(Labels.IDEMPOTENCY_KEY);
        labels.remove(Labels.REQUEST_HASH);
        labels.put(Labels.CUID, cuid.value());
        return at.engine()
                .containers()
                .copy(at.container().id(), name, labels)
                .flatMap(id -> at.engine().containers().inspect(id))
                .map((Container copy) -> new Located(at.engine(), copy, cuid))
                .doOnNext(fleet::remember);
    }

    private static ResponseEntity<ContainerView> made(Located copy) {
        return ResponseEntity.created(URI.create("/v1/containers/" + copy.cuid()))
                .body(ContainerViews.view(copy));
    }

    /** A copy's name and place. */
    @Schema(description = "What the copy is called and where it goes.")
    public record CloneRequest(
            @Schema(
                    description = "The copy's name.",
                    example = "web-copy",
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    pattern = ContainerName.FORM)
            @Nullable
            String name,

            @Schema(description = "The engine; the container's own if not given.", example = "local") @Nullable
            String engine) {}
}
