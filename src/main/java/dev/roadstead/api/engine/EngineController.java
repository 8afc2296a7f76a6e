package dev.roadstead.api.engine;

import dev.roadstead.api.document.Fails;
import dev.roadstead.api.engine.EngineView.CapabilityView;
import dev.roadstead.api.engine.EngineView.DiskUsageView;
import dev.roadstead.api.engine.EngineView.EngineList;
import dev.roadstead.api.engine.EngineView.InfoView;
import dev.roadstead.api.engine.EngineView.PartView;
import dev.roadstead.api.engine.EngineView.PingView;
import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.engine.DiskUsage;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineDescription;
import dev.roadstead.engine.EngineInfo;
import dev.roadstead.engine.TrustProof;
import dev.roadstead.fleet.EngineMonitor;
import dev.roadstead.fleet.Fleet;
import dev.roadstead.fleet.Observation;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The engines behind the gateway. */
@RestController
@RequestMapping("/v1/engines")
@Tag(name = "Engines", description = "The container engines behind the gateway.")
public class EngineController {
    private static final double NANOS_PER_MILLI = 1_000_000.0;

    private final Fleet fleet;
    private final EngineMonitor monitor;

    public EngineController(Fleet fleet, EngineMonitor monitor) {
        this.fleet = fleet;
        this.monitor = monitor;
    }

    /** Lists engines. */
    @Operation(
            summary = "List engines",
            description = "As they were when last observed; an engine that has not been observed yet is asked.")
    @ApiResponse(responseCode = "200", description = "The engines.", useReturnTypeSchema = true)
    @GetMapping
    public Mono<EngineList> list() {
        return Flux.fromIterable(fleet.engines())
                .flatMapSequential(engine -> {
                    Observation last = monitor.last(engine.name());
                    return last == null
                            ? monitor.probe(engine).map(now -> view(engine, now))
                            : Mono.just(view(engine, last));
                })
                .collectList()
                .map(EngineList::new);
    }

    /** Shows one. */
    @Operation(summary = "Show an engine", description = "The engine is asked now.")
    @ApiResponse(responseCode = "200", description = "The engine.", useReturnTypeSchema = true)
    @GetMapping("/{engine}")
    public Mono<EngineView> get(@PathVariable String engine) {
        return fleet.engine(engine).flatMap(found -> monitor.probe(found).map(now -> view(found, now)));
    }

    /** Shows its host. */
    @Operation(summary = "Show an engine's host")
    @ApiResponse(responseCode = "200", description = "The host.", useReturnTypeSchema = true)
    @Fails(ErrorKind.UNSUPPORTED)
    @GetMapping("/{engine}/info")
    public Mono<InfoView> info(@PathVariable String engine) {
        return fleet.engine(engine).flatMap(found -> found.info().map(info -> view(found, info)));
    }

    /** Asks whether it answers. */
    @Operation(summary = "Ping an engine", description = "An authenticated round trip.")
    @ApiResponse(responseCode = "200", description = "It answers.", useReturnTypeSchema = true)
    @GetMapping("/{engine}/ping")
    public Mono<PingView> ping(@PathVariable String engine) {
        return fleet.engine(engine)
                .flatMap(found ->
                        found.ping().map(took -> new PingView(found.name().value(), took.toNanos() / NANOS_PER_MILLI)));
    }

    /** Shows its disk use. */
    @Operation(summary = "Show what an engine's objects take on its disk")
    @ApiResponse(responseCode = "200", description = "Bytes by kind of object.", useReturnTypeSchema = true)
    @Fails(ErrorKind.UNSUPPORTED)
    @GetMapping("/{engine}/disk-usage")
    public Mono<DiskUsageView> diskUsage(@PathVariable String engine) {
        return fleet.engine(engine).flatMap(found -> found.diskUsage().map(usage -> view(found, usage)));
    }

    /** Makes it trust the gateway. */
    @Operation(
            summary = "Make an engine trust the gateway",
            description = "Hands the engine the gateway's client certificate with a token or a password (LXD, Incus). A"
                    + " refusal is engine_error with the code TRUST_REFUSED.")
    @ApiResponse(responseCode = "200", description = "The engine, asked anew.", useReturnTypeSchema = true)
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.UNSUPPORTED})
    @PostMapping(path = "/{engine}/trust", consumes = MediaType.APPLICATION_JSON_VALUE)
    public Mono<EngineView> trust(@PathVariable String engine, @RequestBody TrustRequest request) {
        return Mono.defer(() -> {
            TrustProof proof = request.proof();
            return fleet.engine(engine)
                    .flatMap(found -> found.trust(proof)
                            .then(Mono.defer(() -> monitor.probe(found)))
                            .map(now -> view(found, now)));
        });
    }

    private static EngineView view(Engine engine, Observation observation) {
        EngineDescription description = observation.description();
        return new EngineView(
                engine.name().value(),
                engine.kind().word(),
                description == null ? null : description.version(),
                description == null ? null : description.apiVersion(),
                observation.status().word(),
                description == null ? Map.of() : capabilities(description),
                engine.endpoint().toString(),
                observation.latencyMs(),
                observation.lastError(),
                observation.observedAt());
    }

    private static Map<String, CapabilityView> capabilities(EngineDescription description) {
        Map<String, CapabilityView> views = new TreeMap<>();
        description
                .capabilities()
                .supports()
                .forEach((capability, support) -> views.put(
                        capability.word(), new CapabilityView(support.level().word(), support.reason())));
        return views;
    }

    private static InfoView view(Engine engine, EngineInfo info) {
        return new InfoView(
                engine.name().value(),
                info.hostname(),
                info.os(),
                info.architecture(),
                info.kernel(),
                info.cpus(),
                info.memory(),
                info.storageDriver(),
                info.containers(),
                info.containersRunning(),
                info.containersPaused(),
                info.containersStopped(),
                info.images());
    }

    private static DiskUsageView view(Engine engine, DiskUsage usage) {
        return new DiskUsageView(
                engine.name().value(),
                view(usage.images()),
                view(usage.containers()),
                view(usage.volumes()),
                view(usage.buildCache()));
    }

    private static @Nullable PartView view(DiskUsage.@Nullable Part part) {
        return part == null ? null : new PartView(part.count(), part.active(), part.size(), part.reclaimable());
    }
}
