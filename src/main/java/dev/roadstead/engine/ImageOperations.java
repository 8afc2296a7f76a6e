package dev.roadstead.engine;

import dev.roadstead.image.BuildSpec;
import dev.roadstead.image.Image;
import dev.roadstead.image.ImageLayer;
import dev.roadstead.image.ImageReference;
import dev.roadstead.image.ImageStep;
import dev.roadstead.image.ImportSpec;
import dev.roadstead.image.PullProgress;
import dev.roadstead.image.PullSpec;
import dev.roadstead.image.RemovedImage;
import java.util.List;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What an engine does with images. Those are named by a reference or by id; one that is not there is {@link EngineException.NotFound}
 * with {@code NO_SUCH_IMAGE}.
 */
@Requires(Capability.IMAGES)
public interface ImageOperations {
    /** All images with a name, and those without that are no other's layer. */
    Mono<List<Image>> list();

    Mono<Image> inspect(String reference);

    /** Newest step first. */
    @Requires(Capability.IMAGE_HISTORY)
    Mono<List<ImageLayer>> history(String reference);

    /**
     * Pulls an image; it is there when the stream completes, and only then.
     *
     * @return steps as the engine tells them; fails with NotFound ({@code NO_SUCH_IMAGE}) if no registry has it or can be reached, {@link
     *     EngineException.Denied} ({@code REGISTRY_DENIED}) for wrong credentials, {@link EngineException.Failed} if it breaks off.
     *     Cancelling aborts the pull
     */
    @Requires(Capability.PULL)
    Flux<PullProgress> pull(PullSpec spec);

    @Requires(Capability.IMAGE_TAG)
    Mono<Void> tag(String reference, ImageReference target);

    /**
     * Removes a reference, and the image with its last one.
     *
     * @param force also one with several references, or that a stopped container uses; without it that is {@link
     *     EngineException.Conflict} ({@code IMAGE_IN_USE})
     */
    Mono<RemovedImage> remove(String reference, boolean force);

    /**
     * Takes in an image file as the engine itself saves it: a tar of Docker's or OCI's layout, or an image tarball of LXD's. Pulled as
     * fast as the engine reads.
     *
     * @return the references, or ids, of what the file held; a file that is none is {@link EngineException.InvalidRequest}
     */
    @Requires(Capability.IMAGE_LOAD)
    default Mono<List<String>> load(Publisher<byte[]> file) {
        return Mono.error(
                () -> new EngineException.Unsupported(Capability.IMAGE_LOAD, null, EngineException.Evidence.NONE));
    }

    /**
     * Makes an image of what the engine itself fetches, or has on its host. Cancelling gives that up, and what was made so far.
     *
     * @return steps as the engine tells them; the last one names the image
     */
    @Requires(Capability.IMAGE_IMPORT)
    default Flux<ImageStep> make(ImportSpec spec) {
        return Flux.error(
                () -> new EngineException.Unsupported(Capability.IMAGE_IMPORT, null, EngineException.Evidence.NONE));
    }

    /**
     * Builds an image. Cancelling gives that up, and what was made so far.
     *
     * @return steps as the engine tells them; the last one names the image
     */
    @Requires(Capability.IMAGE_BUILD)
    default Flux<ImageStep> build(BuildSpec spec) {
        return Flux.error(
                () -> new EngineException.Unsupported(Capability.IMAGE_BUILD, null, EngineException.Evidence.NONE));
    }

    /** Removes images without a name that no container uses; where images have no layers those that were only fetched to make containers and that none uses. */
    @Requires(Capability.PRUNE)
    default Mono<Pruned> prune() {
        return Mono.error(() -> new EngineException.Unsupported(Capability.PRUNE, null, EngineException.Evidence.NONE));
    }
}
