package dev.roadstead.adapter.openapi;

import dev.roadstead.adapter.passthrough.PassThrough;
import dev.roadstead.engine.Capabilities;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.Capability.Support;
import dev.roadstead.engine.ContainerOperations;
import dev.roadstead.engine.DiskUsage;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineDescription;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineException.Evidence;
import dev.roadstead.engine.EngineInfo;
import dev.roadstead.engine.EngineKind;
import dev.roadstead.engine.EngineName;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.engine.EventSource;
import dev.roadstead.engine.ExecOperations;
import dev.roadstead.engine.FileOperations;
import dev.roadstead.engine.ImageOperations;
import dev.roadstead.engine.NativeAccess;
import dev.roadstead.engine.NativeApi;
import dev.roadstead.engine.NetworkOperations;
import dev.roadstead.engine.VolumeOperations;
import dev.roadstead.transport.EngineHttpClient;
import dev.roadstead.transport.EngineHttpClient.Silence;
import dev.roadstead.transport.EngineRequest;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** An engine of which nothing is known but that it speaks HTTP: it has its own API, and nothing of the unified one. */
final class OpenApiEngine implements Engine {
    private static final String REASON =
            "an engine of kind openapi is known by its API description only (expected: native access)";
    private static final Capabilities CAPABILITIES = new Capabilities(Arrays.stream(Capability.values())
            .collect(Collectors.toMap(
                    Function.identity(),
                    capability -> capability == Capability.NATIVE ? Support.NATIVE : Support.unsupported(REASON))));

    private final EngineSettings settings;
    private final EngineHttpClient http;

    OpenApiEngine(EngineSettings settings, EngineHttpClient http) {
        this.settings = settings;
        this.http = http;
    }

    @Override
    public EngineName name() {
        return settings.name();
    }

    @Override
    public EngineKind kind() {
        return settings.kind();
    }

    @Override
    public URI endpoint() {
        return settings.uri();
    }

    @Override
    public Duration patience() {
        return settings.requestTimeout();
    }

    /** Asks nothing: the same holds of all. */
    @Override
    public Mono<EngineDescription> describe() {
        return Mono.just(new EngineDescription(null, null, CAPABILITIES));
    }

    @Override
    public Mono<Duration> ping() {
        return answers().thenReturn(true).elapsed().map(timed -> Duration.ofMillis(timed.getT1()));
    }

    /** Whatever it answers at its root but a refusal or a failure of its own: a description names no operation that is harmless. */
    private Mono<Void> answers() {
        return http.stream(EngineRequest.get("/"), Silence.BOUNDED).flatMap(reply -> {
            reply.close();
            int status = reply.status();
            String message = "engine %s answers GET / with %d".formatted(name(), status);
            Evidence evidence = Evidence.of(name().value(), status, null);
            return status == 401 || status == 403
                    ? Mono.error(new EngineException.Denied("ENGINE_DENIED", message, evidence))
                    : status >= 500
                            ? Mono.error(new EngineException.Failed("ENGINE_ERROR", message, evidence, null))
                            : Mono.empty();
        });
    }

    @Override
    public NativeAccess nativeAccess() {
        return new PassThrough(http, Mono.just(new NativeApi(kind().word(), null)));
    }

    @Override
    public Mono<EngineInfo> info() {
        return unsupported(Capability.INFO);
    }

    @Override
    public Mono<DiskUsage> diskUsage() {
        return unsupported(Capability.DISK_USAGE);
    }

    @Override
    public ContainerOperations containers() {
        return none(ContainerOperations.class, Capability.CONTAINERS);
    }

    @Override
    public FileOperations files() {
        return none(FileOperations.class, Capability.ARCHIVE);
    }

    @Override
    public ExecOperations exec() {
        return none(ExecOperations.class, Capability.EXEC);
    }

    @Override
    public ImageOperations images() {
        return none(ImageOperations.class, Capability.IMAGES);
    }

    @Override
    public VolumeOperations volumes() {
        return none(VolumeOperations.class, Capability.VOLUMES);
    }

    @Override
    public NetworkOperations networks() {
        return none(NetworkOperations.class, Capability.NETWORKS);
    }

    @Override
    public EventSource events() {
        return none(EventSource.class, Capability.EVENTS);
    }

    @Override
    public Mono<Void> close() {
        return http.close();
    }

    /** A facet every call of which is refused. */
    private <T> T none(Class<T> facet, Capability capability) {
        return facet.cast(
                Proxy.newProxyInstance(facet.getClassLoader(), new Class<?>[] {facet}, (proxy, method, arguments) -> {
                    Class<?> type = method.getReturnType();
                    return type == Flux.class ? unsupported(capability).flux() : unsupported(capability);
                }));
    }

    private <T> Mono<T> unsupported(Capability capability) {
        return Mono.error(() -> new EngineException.Unsupported(capability, REASON, Evidence.of(name().value())));
    }
}
