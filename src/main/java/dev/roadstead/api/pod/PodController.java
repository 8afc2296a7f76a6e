package dev.roadstead.api.pod;

import dev.roadstead.api.Asynchronously;
import dev.roadstead.api.FieldChecks;
import dev.roadstead.api.ObjectNames;
import dev.roadstead.api.Times;
import dev.roadstead.api.container.Ports;
import dev.roadstead.api.container.Signals;
import dev.roadstead.api.document.Fails;
import dev.roadstead.api.document.MayBeAsynchronous;
import dev.roadstead.api.pod.PodView.CreatePodRequest;
import dev.roadstead.api.pod.PodView.PodActionResult;
import dev.roadstead.api.pod.PodView.PodList;
import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.container.Signal;
import dev.roadstead.engine.PodOperations;
import dev.roadstead.fleet.Fleet;
import dev.roadstead.pod.PodSpec;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Pods on the engines that have them. */
@RestController
@RequestMapping("/v1/engines/{engine}/pods")
@Tag(name = "Pods", description = "Containers that live and are driven together, on engines that have pods.")
public class PodController {
    private static final String NAME = "The pod's name or id.";

    private final Fleet fleet;
    private final Asynchronously asynchronously;

    public PodController(Fleet fleet, Asynchronously asynchronously) {
        this.fleet = fleet;
        this.asynchronously = asynchronously;
    }

    /** Lists them. */
    @Operation(summary = "List an engine's pods")
    @ApiResponse(responseCode = "200", description = "The pods.", useReturnTypeSchema = true)
    @Fails(ErrorKind.UNSUPPORTED)
    @GetMapping
    public Mono<PodList> list(@PathVariable String engine) {
        return fleet.engine(engine)
                .flatMap(at -> at.pods()
                        .list()
                        .map(pods -> new PodList(pods.stream()
                                .map(pod -> PodView.of(at, pod))
                                .sorted(Comparator.comparing(PodView::name))
                                .toList())));
    }

    /** Shows one. */
    @Operation(summary = "Show a pod")
    @ApiResponse(responseCode = "200", description = "The pod.", useReturnTypeSchema = true)
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.UNSUPPORTED})
    @GetMapping("/{name}")
    public Mono<PodView> get(
            @PathVariable String engine, @Parameter(description = NAME, example = "shop") @PathVariable String name) {
        return Mono.defer(() -> {
            String checked = ObjectNames.checked("name", name);
            return fleet.engine(engine).flatMap(at -> at.pods().inspect(checked).map(pod -> PodView.of(at, pod)));
        });
    }

    /** Makes one. */
    @Operation(summary = "Create a pod", description = "It is not started; containers join it when they are made.")
    @ApiResponse(
            responseCode = "201",
            description = "The pod that was made.",
            headers = @Header(name = "Location", description = "Its path.", schema = @Schema(type = "string")),
            useReturnTypeSchema = true)
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.CONFLICT, ErrorKind.UNSUPPORTED})
    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    public Mono<ResponseEntity<PodView>> create(@PathVariable String engine, @RequestBody CreatePodRequest request) {
        return Mono.defer(() -> {
            PodSpec spec = new PodSpec(
                    request.name() == null ? null : ObjectNames.checked("name", request.name()),
                    ObjectNames.labels(request.labels()),
                    FieldChecks.optional("hostname", request.hostname()),
                    Ports.mappings(FieldChecks.orEmpty(request.ports())),
                    ObjectNames.texts("networks", request.networks()));
            return fleet.engine(engine)
                    .flatMap(at -> at.pods()
                            .create(spec)
                            .map(pod -> ResponseEntity.created(URI.create(path(engine, pod.name())))
                                    .body(PodView.of(at, pod))));
        });
    }

    /** Removes one. */
    @Operation(
            summary = "Remove a pod",
            description = "With its containers. Without force one whose containers run is refused.")
    @ApiResponse(responseCode = "204", description = "It is gone.")
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.STATE_ERROR, ErrorKind.UNSUPPORTED})
    @DeleteMapping("/{name}")
    public Mono<ResponseEntity<Void>> remove(
            @PathVariable String engine,
            @Parameter(description = NAME, example = "shop") @PathVariable String name,
            @Parameter(description = "Whether running containers are killed first.", example = "true")
                    @RequestParam(defaultValue = "false")
                    boolean force) {
        return Mono.defer(() -> {
            String checked = ObjectNames.checked("name", name);
            return fleet.engine(engine)
                    .flatMap(at -> at.pods().remove(checked, force))
                    .thenReturn(ResponseEntity.noContent().build());
        });
    }

    /** Starts one. */
    @Operation(summary = "Start a pod", description = "Starts those of its containers that do not run.")
    @AnswersPod
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.CONFLICT, ErrorKind.STATE_ERROR, ErrorKind.UNSUPPORTED})
    @MayBeAsynchronous
    @PostMapping("/{name}/start")
    public Mono<ResponseEntity<?>> start(
            @PathVariable String engine,
            @Parameter(description = NAME, example = "shop") @PathVariable String name,
            ServerWebExchange exchange) {
        return act(exchange, "start", engine, name, PodOperations::start);
    }

    /** Stops one. */
    @Operation(summary = "Stop a pod", description = "Asks its processes to end, and kills them after the timeout.")
    @AnswersPod
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.STATE_ERROR, ErrorKind.UNSUPPORTED})
    @MayBeAsynchronous
    @PostMapping("/{name}/stop")
    public Mono<ResponseEntity<?>> stop(
            @PathVariable String engine,
            @Parameter(description = NAME, example = "shop") @PathVariable String name,
            @Parameter(
                            description = "Seconds until they are killed; each container's own if not given.",
                            example = "10")
                    @RequestParam(required = false)
                    @Nullable
                    BigDecimal timeout,
            ServerWebExchange exchange) {
        return Mono.defer(() -> {
            Duration grace = Times.seconds("timeout", timeout);
            return act(exchange, "stop", engine, name, (pods, pod) -> pods.stop(pod, grace));
        });
    }

    /** Restarts one. */
    @Operation(summary = "Restart a pod")
    @AnswersPod
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.CONFLICT, ErrorKind.STATE_ERROR, ErrorKind.UNSUPPORTED})
    @MayBeAsynchronous
    @PostMapping("/{name}/restart")
    public Mono<ResponseEntity<?>> restart(
            @PathVariable String engine,
            @Parameter(description = NAME, example = "shop") @PathVariable String name,
            ServerWebExchange exchange) {
        return act(exchange, "restart", engine, name, PodOperations::restart);
    }

    /** Signals one. */
    @Operation(summary = "Send a signal to a pod's containers")
    @AnswersPod
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.STATE_ERROR, ErrorKind.UNSUPPORTED})
    @MayBeAsynchronous
    @PostMapping("/{name}/kill")
    public Mono<ResponseEntity<?>> kill(
            @PathVariable String engine,
            @Parameter(description = NAME, example = "shop") @PathVariable String name,
            @Parameter(description = "The signal's name or number.", example = "TERM")
                    @RequestParam(defaultValue = "KILL")
                    String signal,
            ServerWebExchange exchange) {
        return Mono.defer(() -> {
            Signal wanted = Signals.of(signal);
            return act(exchange, "kill", engine, name, (pods, pod) -> pods.kill(pod, wanted));
        });
    }

    /** Pauses one. */
    @Operation(summary = "Freeze a pod's processes")
    @AnswersPod
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.STATE_ERROR, ErrorKind.UNSUPPORTED})
    @MayBeAsynchronous
    @PostMapping("/{name}/pause")
    public Mono<ResponseEntity<?>> pause(
            @PathVariable String engine,
            @Parameter(description = NAME, example = "shop") @PathVariable String name,
            ServerWebExchange exchange) {
        return act(exchange, "pause", engine, name, PodOperations::pause);
    }

    /** Resumes one. */
    @Operation(summary = "Thaw a pod's processes")
    @AnswersPod
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.STATE_ERROR, ErrorKind.UNSUPPORTED})
    @MayBeAsynchronous
    @PostMapping("/{name}/unpause")
    public Mono<ResponseEntity<?>> unpause(
            @PathVariable String engine,
            @Parameter(description = NAME, example = "shop") @PathVariable String name,
            ServerWebExchange exchange) {
        return act(exchange, "unpause", engine, name, PodOperations::unpause);
    }

    private Mono<ResponseEntity<?>> act(
            ServerWebExchange exchange,
            String action,
            String engine,
            String name,
            BiFunction<PodOperations, String, Mono<Boolean>> call) {
        return Mono.defer(() -> {
            String checked = ObjectNames.checked("name", name);
            return fleet.engine(engine)
                    .flatMap(at -> asynchronously.asPreferred(
                            exchange,
                            "pod." + action,
                            List.of(path(engine, checked)),
                            call.apply(at.pods(), checked)
                                    .flatMap(changed -> at.pods()
                                            .inspect(checked)
                                            .map(pod -> new PodActionResult(PodView.of(at, pod), changed)))
                                    .map(ResponseEntity::ok)));
        });
    }

    private static String path(String engine, String pod) {
        return "/v1/engines/%s/pods/%s".formatted(engine, pod);
    }
}
