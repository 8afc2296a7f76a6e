package dev.roadstead.fleet;

import dev.roadstead.engine.Capabilities;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.ContainerOperations;
import dev.roadstead.engine.DiskUsage;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineDescription;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineException.Evidence;
import dev.roadstead.engine.EngineInfo;
import dev.roadstead.engine.EngineKind;
import dev.roadstead.engine.EngineName;
import dev.roadstead.engine.EventSource;
import dev.roadstead.engine.ExecOperations;
import dev.roadstead.engine.FileOperations;
import dev.roadstead.engine.ImageOperations;
import dev.roadstead.engine.NativeAccess;
import dev.roadstead.engine.NetworkOperations;
import dev.roadstead.engine.PodOperations;
import dev.roadstead.engine.Requires;
import dev.roadstead.engine.SnapshotOperations;
import dev.roadstead.engine.TrustProof;
import dev.roadstead.engine.VolumeOperations;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * An engine that refuses what it cannot do before anything is sent, by the {@link Requires} of each operation, and whose calls are
 * timed. Adapters need to care for neither.
 */
public final class GuardedEngine implements Engine {
    private final Engine engine;
    private final EngineCalls calls;
    private final ContainerOperations containers;
    private final FileOperations files;
    private final ExecOperations exec;
    private final ImageOperations images;
    private final VolumeOperations volumes;
    private final NetworkOperations networks;
    private final EventSource events;
    private final SnapshotOperations snapshots;
    private final PodOperations pods;
    private final NativeAccess nativeAccess;
    private volatile @Nullable EngineDescription lastDescription;

    /** Guards this engine. */
    public GuardedEngine(Engine engine, MeterRegistry meters) {
        this.engine = engine;
        this.calls = new EngineCalls(engine, meters);
        this.containers = guarded("containers", ContainerOperations.class, engine::containers);
        this.files = guarded("files", FileOperations.class, engine::files);
        this.exec = guarded("exec", ExecOperations.class, engine::exec);
        this.images = guarded("images", ImageOperations.class, engine::images);
        this.volumes = guarded("volumes", VolumeOperations.class, engine::volumes);
        this.networks = guarded("networks", NetworkOperations.class, engine::networks);
        this.events = guarded("events", EventSource.class, engine::events);
        this.snapshots = guarded("snapshots", SnapshotOperations.class, engine::snapshots);
        this.pods = guarded("pods", PodOperations.class, engine::pods);
        this.nativeAccess = guarded("native", NativeAccess.class, engine::nativeAccess);
    }

    @Override
    public EngineName name() {
        return engine.name();
    }

    @Override
    public EngineKind kind() {
        return engine.kind();
    }

    @Override
    public URI endpoint() {
        return engine.endpoint();
    }

    @Override
    public Duration patience() {
        return engine.patience();
    }

    @Override
    public Mono<EngineDescription> describe() {
        return calls.timed("describe", Mono.defer(engine::describe).doOnNext(told -> lastDescription = told));
    }

    @Override
    public Mono<Duration> ping() {
        return calls.timed("ping", Mono.defer(engine::ping));
    }

    @Override
    public Mono<EngineInfo> info() {
        return calls.timed("info", demanded(Capability.INFO).then(Mono.defer(engine::info)));
    }

    @Override
    public Mono<DiskUsage> diskUsage() {
        return calls.timed("disk_usage", demanded(Capability.DISK_USAGE).then(Mono.defer(engine::diskUsage)));
    }

    @Override
    public ContainerOperations containers() {
        return containers;
    }

    @Override
    public FileOperations files() {
        return files;
    }

    @Override
    public ExecOperations exec() {
        return exec;
    }

    @Override
    public ImageOperations images() {
        return images;
    }

    @Override
    public VolumeOperations volumes() {
        return volumes;
    }

    @Override
    public NetworkOperations networks() {
        return networks;
    }

    @Override
    public EventSource events() {
        return events;
    }

    @Override
    public SnapshotOperations snapshots() {
        return snapshots;
    }

    @Override
    public PodOperations pods() {
        return pods;
    }

    @Override
    public NativeAccess nativeAccess() {
        return nativeAccess;
    }

    /** After it the engine tells more of itself than before. */
    @Override
    public Mono<Void> trust(TrustProof proof) {
        return calls.timed("trust", Mono.defer(() -> engine.trust(proof)).doOnTerminate(() -> lastDescription = null));
    }

    @Override
    public Mono<Void> close() {
        return engine.close();
    }

    @Override
    public String toString() {
        return "GuardedEngine[%s]".formatted(engine.name());
    }

    /** Completes if the engine can, else fails with Unsupported; asks the engine what it can if that is not known yet. */
    private Mono<Void> demanded(Capability capability) {
        return Mono.defer(() -> {
            EngineDescription known = lastDescription;
            return known == null
                    ? describe().flatMap(told -> demanded(capability, told.capabilities()))
                    : demanded(capability, known.capabilities());
        });
    }

    private Mono<Void> demanded(Capability capability, Capabilities capabilities) {
        return capabilities.has(capability)
                ? Mono.empty()
                : Mono.error(() -> new EngineException.Unsupported(
                        capability, capabilities.of(capability).reason(), Evidence.of(name().value())));
    }

    private <T> T guarded(String prefix, Class<T> facet, Supplier<T> target) {
        return facet.cast(Proxy.newProxyInstance(
                facet.getClassLoader(), new Class<?>[] {facet}, (proxy, method, arguments) -> {
                    if (method.getDeclaringClass() == Object.class) {
                        return ofObject(prefix, proxy, method, arguments);
                    }
                    String operation = "%s.%s".formatted(prefix, snake(method.getName()));
                    Capability needed = needed(facet, method);
                    Mono<Void> allowed = needed == null ? Mono.empty() : demanded(needed);
                    return Flux.class.isAssignableFrom(method.getReturnType())
                            ? calls.timed(
                                    operation,
                                    allowed.thenMany(
                                            Flux.defer(() -> Flux.from(call(target.get(), method, arguments)))))
                            : calls.timed(
                                    operation,
                                    allowed.then(Mono.defer(() -> Mono.from(call(target.get(), method, arguments)))));
                }));
    }

    // A proxy is equal to itself only.
    @SuppressWarnings("ReferenceEquality")
    private @Nullable Object ofObject(String prefix, Object proxy, Method method, Object @Nullable [] arguments) {
        return switch (method.getName()) {
            case "equals" -> arguments != null && proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> "%s of %s".formatted(prefix, name());
        };
    }

    private static @Nullable Capability needed(Class<?> facet, Method method) {
        Requires own = method.getAnnotation(Requires.class);
        Requires general = own != null ? own : facet.getAnnotation(Requires.class);
        return general == null ? null : general.value();
    }

    private static Publisher<?> call(Object target, Method method, Object @Nullable [] arguments) {
        try {
            return (Publisher<?>) method.invoke(target, arguments);
        } catch (InvocationTargetException thrown) {
            Throwable cause = thrown.getCause();
            return Mono.error(cause == null ? thrown : cause);
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException("the facets are public interfaces", impossible);
        }
    }

    private static String snake(String camel) {
        return camel.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }
}
