package dev.roadstead.api.container;

import dev.roadstead.api.Asynchronously;
import dev.roadstead.api.Times;
import dev.roadstead.api.document.Fails;
import dev.roadstead.api.document.MayBeAsynchronous;
import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemException;
import dev.roadstead.container.ContainerName;
import dev.roadstead.container.ContainerState;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.container.Signal;
import dev.roadstead.container.WaitCondition;
import dev.roadstead.engine.EngineException;
import dev.roadstead.fleet.Fleet;
import dev.roadstead.fleet.Located;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** What changes a container's state. An action that finds the wanted state already answers 200 with {@code changed: false}. */
@RestController
@RequestMapping("/v1/containers/{cuid}")
@Tag(name = "Containers")
public class ContainerActionController {
    /** What an engine's automatic removal leaves of a container that was stopped. */
    private static final ContainerState REMOVED =
            new ContainerState(ContainerStatus.REMOVING, "removed", null, null, null, null);

    private final Fleet fleet;
    private final Asynchronously asynchronously;

    public ContainerActionController(Fleet fleet, Asynchronously asynchronously) {
        this.fleet = fleet;
        this.asynchronously = asynchronously;
    }

    /** Starts one. */
    @Operation(summary = "Start a container")
    @AnswersContainer
    @Fails({ErrorKind.CONFLICT, ErrorKind.STATE_ERROR})
    @MayBeAsynchronous
    @PostMapping("/start")
    public Mono<ResponseEntity<?>> start(@PathVariable String cuid, ServerWebExchange exchange) {
        return act(
                exchange,
                "start",
                cuid,
                at -> at.engine().containers().start(at.container().id()));
    }

    /** Stops one. */
    @Operation(
            summary = "Stop a container",
            description = "Asks its process to end, and kills it when the timeout is over.")
    @AnswersContainer
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.STATE_ERROR})
    @MayBeAsynchronous
    @PostMapping("/stop")
    public Mono<ResponseEntity<?>> stop(
            @PathVariable String cuid,
            @Parameter(description = "Seconds until it is killed; the container's own if not given.", example = "10")
                    @RequestParam(required = false)
                    @Nullable
                    BigDecimal timeout,
            ServerWebExchange exchange) {
        return Mono.defer(() -> {
            Duration grace = Times.seconds("timeout", timeout);
            return act(
                    exchange,
                    "stop",
                    cuid,
                    at -> at.engine().containers().stop(at.container().id(), grace));
        });
    }

    /** Restarts one. */
    @Operation(summary = "Restart a container", description = "Stops it if it runs, then starts it.")
    @AnswersContainer
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.CONFLICT, ErrorKind.STATE_ERROR, ErrorKind.UNSUPPORTED})
    @MayBeAsynchronous
    @PostMapping("/restart")
    public Mono<ResponseEntity<?>> restart(
            @PathVariable String cuid,
            @Parameter(description = "Seconds until it is killed; the container's own if not given.", example = "10")
                    @RequestParam(required = false)
                    @Nullable
                    BigDecimal timeout,
            ServerWebExchange exchange) {
        return Mono.defer(() -> {
            Duration grace = Times.seconds("timeout", timeout);
            return act(
                    exchange,
                    "restart",
                    cuid,
                    at -> at.engine().containers().restart(at.container().id(), grace));
        });
    }

    /** Sends one a signal. */
    @Operation(summary = "Send a container a signal", description = "Kills it if no signal is named.")
    @AnswersContainer
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.STATE_ERROR, ErrorKind.UNSUPPORTED})
    @MayBeAsynchronous
    @PostMapping("/kill")
    public Mono<ResponseEntity<?>> kill(
            @PathVariable String cuid,
            @Parameter(description = "A signal's name, with or without SIG, or its number.", example = "TERM")
                    @RequestParam(defaultValue = "KILL")
                    String signal,
            ServerWebExchange exchange) {
        return Mono.defer(() -> {
            Signal wanted = Signals.of(signal);
            return act(
                    exchange,
                    "kill",
                    cuid,
                    at -> at.engine().containers().kill(at.container().id(), wanted));
        });
    }

    /** Freezes one. */
    @Operation(summary = "Pause a container", description = "Freezes its processes.")
    @AnswersContainer
    @Fails({ErrorKind.STATE_ERROR, ErrorKind.UNSUPPORTED})
    @MayBeAsynchronous
    @PostMapping("/pause")
    public Mono<ResponseEntity<?>> pause(@PathVariable String cuid, ServerWebExchange exchange) {
        return act(
                exchange,
                "pause",
                cuid,
                at -> at.engine().containers().pause(at.container().id()));
    }

    /** Thaws one. */
    @Operation(summary = "Unpause a container", description = "Thaws its processes.")
    @AnswersContainer
    @Fails({ErrorKind.STATE_ERROR, ErrorKind.UNSUPPORTED})
    @MayBeAsynchronous
    @PostMapping("/unpause")
    public Mono<ResponseEntity<?>> unpause(@PathVariable String cuid, ServerWebExchange exchange) {
        return act(
                exchange,
                "unpause",
                cuid,
                at -> at.engine().containers().unpause(at.container().id()));
    }

    /** Renames one. */
    @Operation(summary = "Rename a container")
    @AnswersContainer
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.CONFLICT, ErrorKind.STATE_ERROR, ErrorKind.UNSUPPORTED})
    @MayBeAsynchronous
    @PostMapping(path = "/rename", consumes = MediaType.APPLICATION_JSON_VALUE)
    public Mono<ResponseEntity<?>> rename(
            @PathVariable String cuid, @RequestBody RenameRequest request, ServerWebExchange exchange) {
        return Mono.defer(() -> {
            ContainerName name = name(request.name());
            return fleet.locate(cuid)
                    .flatMap(at -> asynchronously.asPreferred(
                            exchange,
                            "container.rename",
                            List.of("/v1/containers/" + at.cuid()),
                            at.engine()
                                    .containers()
                                    .rename(at.container().id(), name)
                                    .flatMap(changed -> fleet.renamed(at, name)
                                            .map(renamed -> ContainerViews.view(renamed, changed)))
                                    .map(ResponseEntity::ok)));
        });
    }

    /** Waits for a state. */
    @Operation(
            summary = "Wait for a container's state",
            description = "Answers as soon as the condition holds; a condition that holds already is answered at once.")
    @ApiResponse(
            responseCode = "200",
            description = "The state that met the condition.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(implementation = WaitView.class)))
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.TIMEOUT, ErrorKind.STATE_ERROR, ErrorKind.UNSUPPORTED})
    @MayBeAsynchronous
    @PostMapping("/wait")
    public Mono<ResponseEntity<?>> await(
            @PathVariable String cuid,
            @Parameter(description = "not-running, next-exit, removed, running or healthy.", example = "not-running")
                    @RequestParam(defaultValue = "not-running")
                    String condition,
            @Parameter(description = "Seconds to wait at most; without it there is no bound.", example = "30")
                    @RequestParam(required = false)
                    @Nullable
                    BigDecimal timeout,
            ServerWebExchange exchange) {
        return Mono.defer(() -> {
            WaitCondition wanted = WaitCondition.of(condition)
                    .orElseThrow(() -> ProblemException.invalid(
                            "INVALID_CONDITION",
                            "condition",
                            condition,
                            "condition: %s (expected: not-running, next-exit, removed, running or healthy)"
                                    .formatted(condition)));
            Duration bound = Times.seconds("timeout", timeout);
            return fleet.locate(cuid).flatMap(at -> {
                Mono<ContainerState> state =
                        at.engine().containers().await(at.container().id(), wanted);
                Mono<ContainerState> bounded =
                        bound == null ? state : state.timeout(bound, Mono.error(() -> late(wanted, bound)));
                return asynchronously.asPreferred(
                        exchange,
                        "container.wait",
                        List.of("/v1/containers/" + at.cuid()),
                        bounded.map(met ->
                                ResponseEntity.ok(new WaitView(met.status().word(), met.exitCode()))));
            });
        });
    }

    private Mono<ResponseEntity<?>> act(
            ServerWebExchange exchange, String action, String address, Function<Located, Mono<Boolean>> call) {
        return fleet.locate(address)
                .flatMap(at -> asynchronously.asPreferred(
                        exchange,
                        "container." + action,
                        List.of("/v1/containers/" + at.cuid()),
                        call.apply(at).flatMap(changed -> after(at, changed)).map(ResponseEntity::ok)));
    }

    /** The container after an action. */
    static Mono<ContainerView> after(Located at, boolean changed) {
        return at.engine()
                .containers()
                .inspect(at.container().id())
                .onErrorResume(
                        EngineException.NotFound.class,
                        gone -> Mono.just(at.container().inState(REMOVED)))
                .map(container -> ContainerViews.view(new Located(at.engine(), container, at.cuid()), changed));
    }

    static ContainerName name(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            throw ProblemException.invalid("MISSING_NAME", "name", text, "name is required");
        }
        try {
            return new ContainerName(text);
        } catch (IllegalArgumentException notAName) {
            ProblemException failure =
                    ProblemException.invalid("INVALID_NAME", "name", text, "name: expected " + ContainerName.FORM);
            failure.initCause(notAName);
            throw failure;
        }
    }

    private static ProblemException late(WaitCondition condition, Duration bound) {
        return new ProblemException(
                ErrorKind.TIMEOUT,
                "WAIT_TIMEOUT",
                "the container was not %s within %s s".formatted(condition.word(), bound.toMillis() / 1000.0),
                Map.of("condition", condition.word()));
    }

    /** A new name. */
    @Schema(description = "A container's new name.")
    public record RenameRequest(
            @Schema(
                    description = "The name.",
                    example = "web-2",
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    pattern = ContainerName.FORM)
            @Nullable
            String name) {}

    /** How a wait ended. */
    @Schema(name = "WaitResult", description = "The state that met a condition.")
    public record WaitView(
            @Schema(description = "What the container was doing then.", example = "stopped")
            String status,

            @Schema(description = "The exit code of the run that ended; null if none did.", example = "0") @Nullable
            Integer exitCode)
            implements Asynchronously.Facts {
        @Override
        public Map<String, Object> facts() {
            return exitCode == null ? Map.of("status", status) : Map.of("status", status, "exit_code", exitCode);
        }
    }
}
