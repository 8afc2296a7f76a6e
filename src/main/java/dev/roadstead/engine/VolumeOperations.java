package dev.roadstead.engine;

import dev.roadstead.volume.Volume;
import dev.roadstead.volume.VolumeSpec;
import java.util.List;
import reactor.core.publisher.Mono;

/** What an engine does with volumes; one that is not there is {@link EngineException.NotFound} with {@code NO_SUCH_VOLUME}. */
@Requires(Capability.VOLUMES)
public interface VolumeOperations {
    Mono<List<Volume>> list();

    Mono<Volume> inspect(String name);

    /** Makes one; a name that is taken is {@link EngineException.AlreadyExists} ({@code NAME_IN_USE}). */
    Mono<Volume> create(VolumeSpec spec);

    /** Removes one; in use it is {@link EngineException.Conflict} ({@code VOLUME_IN_USE}). */
    Mono<Void> remove(String name, boolean force);

    /** Removes anonymous volumes that no container uses; where volumes cannot be anonymous, none. */
    @Requires(Capability.PRUNE)
    default Mono<Pruned> prune() {
        return Mono.error(() -> new EngineException.Unsupported(Capability.PRUNE, null, EngineException.Evidence.NONE));
    }
}
