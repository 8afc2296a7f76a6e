package dev.roadstead.engine;

import java.net.URI;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * One engine. Calls are lazy: nothing is sent before subscription; cancelling aborts the call. Every failure is an
 * {@link EngineException}.
 */
public interface Engine {
    EngineName name();

    EngineKind kind();

    /** Where it is, without credentials. */
    URI endpoint();

    /**
     * The longest that this engine may make a list wait.
     */
    Duration patience();

    /** Connects if need be; remembered, and read anew when the engine's version may have changed. */
    Mono<EngineDescription> describe();

    /** An authenticated round trip; emits how long it took. */
    Mono<Duration> ping();

    @Requires(Capability.INFO)
    Mono<EngineInfo> info();

    @Requires(Capability.DISK_USAGE)
    Mono<DiskUsage> diskUsage();

    ContainerOperations containers();

    FileOperations files();

    ExecOperations exec();

    ImageOperations images();

    VolumeOperations volumes();

    NetworkOperations networks();

    EventSource events();

    /** Only of an engine with {@link Capability#SNAPSHOTS}. */
    default SnapshotOperations snapshots() {
        throw new UnsupportedOperationException("no snapshots");
    }

    /** Only of an engine with {@link Capability#PODS}. */
    default PodOperations pods() {
        throw new UnsupportedOperationException("no pods");
    }

    /** Only of an engine with {@link Capability#NATIVE}. */
    default NativeAccess nativeAccess() {
        throw new UnsupportedOperationException("no native access");
    }

    /**
     * Makes the engine trust the gateway's client certificate; not guarded by a capability, since an engine that does not trust tells
     * little of itself. A proof that is wrong or used up is {@link EngineException.Denied} ({@code TRUST_REFUSED}).
     */
    default Mono<Void> trust(TrustProof proof) {
        return Mono.error(() -> new EngineException.Unsupported(
                Capability.TRUST,
                "%s has no way to make it trust a client".formatted(kind().word()),
                EngineException.Evidence.of(name().value())));
    }

    /** Gives up every connection. */
    Mono<Void> close();
}
