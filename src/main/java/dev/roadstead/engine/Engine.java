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

    /** Gives up every connection. */
    Mono<Void> close();
}
