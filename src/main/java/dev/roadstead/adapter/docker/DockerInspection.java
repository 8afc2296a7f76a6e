package dev.roadstead.adapter.docker;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerState;
import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineRequest;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Looks at single containers; knows what their images bring, so that only a container's own settings are told. */
final class DockerInspection {
    private static final int IMAGES_KEPT = 500;

    private final DockerSession session;

    /** By image id, which is a digest: what it names never changes. */
    private final Cache<String, DockerWire.Config> imageConfigs =
            Caffeine.newBuilder().maximumSize(IMAGES_KEPT).build();

    DockerInspection(DockerSession session) {
        this.session = session;
    }

    /** The daemon's own answer for an id, a name or a prefix. */
    Mono<DockerWire.Inspected> wire(String address) {
        return session.read(
                DockerCall.CONTAINER,
                "container " + address,
                EngineRequest.get(DockerTarget.of("containers", address, "json").toString()),
                DockerWire.Inspected.class);
    }

    Mono<Container> container(ContainerId id) {
        return wire(id.value()).flatMap(this::map);
    }

    Mono<ContainerState> state(ContainerId id) {
        return wire(id.value()).map(wire -> DockerMapping.state(wire.state()));
    }

    Mono<Container> map(DockerWire.Inspected wire) {
        return imageConfig(wire.image()).map(image -> DockerMapping.inspected(wire, image));
    }

    private Mono<DockerWire.Config> imageConfig(@Nullable String imageId) {
        if (imageId == null) {
            return Mono.just(DockerWire.Config.EMPTY);
        }
        return Mono.defer(() -> {
            DockerWire.Config known = imageConfigs.getIfPresent(imageId);
            return known != null ? Mono.just(known) : readImageConfig(imageId);
        });
    }

    private Mono<DockerWire.Config> readImageConfig(String imageId) {
        return session.read(
                        DockerCall.IMAGE,
                        "image " + imageId,
                        EngineRequest.get(
                                DockerTarget.of("images", imageId, "json").toString()),
                        DockerWire.InspectedImage.class)
                .map(image -> image.config() == null ? DockerWire.Config.EMPTY : image.config())
                .doOnNext(config -> imageConfigs.put(imageId, config))
                // Removed by force while the container stays.
                .onErrorReturn(EngineException.NotFound.class, DockerWire.Config.EMPTY);
    }
}
