package dev.roadstead.adapter.daemon;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerState;
import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineRequest;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Looks at single containers; knows what their images bring, so that only a container's own settings are told. */
public final class Inspection {
    private static final int IMAGES_KEPT = 500;

    private final DaemonSession session;
    private final UnaryOperator<DaemonWire.Inspected> sense;

    /** By image id, which is a digest: what it names never changes. */
    private final Cache<String, DaemonWire.Config> imageConfigs =
            Caffeine.newBuilder().maximumSize(IMAGES_KEPT).build();

    /** @param sense makes of an answer what this kind of daemon means by it */
    public Inspection(DaemonSession session, UnaryOperator<DaemonWire.Inspected> sense) {
        this.session = session;
        this.sense = sense;
    }

    /** The daemon's own answer for an id, a name or a prefix. */
    public Mono<DaemonWire.Inspected> wire(String address) {
        return session.read(
                        DaemonCall.CONTAINER,
                        "container " + address,
                        EngineRequest.get(
                                Target.of("containers", address, "json").toString()),
                        DaemonWire.Inspected.class)
                .map(sense);
    }

    public Mono<Container> container(ContainerId id) {
        return wire(id.value()).flatMap(this::map);
    }

    public Mono<ContainerState> state(ContainerId id) {
        return wire(id.value()).map(wire -> InspectionMapping.state(wire.state()));
    }

    public Mono<Container> map(DaemonWire.Inspected wire) {
        return imageConfig(wire.image()).map(image -> InspectionMapping.inspected(wire, image));
    }

    private Mono<DaemonWire.Config> imageConfig(@Nullable String imageId) {
        if (imageId == null) {
            return Mono.just(DaemonWire.Config.EMPTY);
        }
        return Mono.defer(() -> {
            DaemonWire.Config known = imageConfigs.getIfPresent(imageId);
            return known != null ? Mono.just(known) : readImageConfig(imageId);
        });
    }

    private Mono<DaemonWire.Config> readImageConfig(String imageId) {
        return session.read(
                        DaemonCall.IMAGE,
                        "image " + imageId,
                        EngineRequest.get(Target.of("images", imageId, "json").toString()),
                        DaemonWire.InspectedImage.class)
                .map(image -> image.config() == null ? DaemonWire.Config.EMPTY : image.config())
                .doOnNext(config -> imageConfigs.put(imageId, config))
                // Removed by force while the container stays.
                .onErrorReturn(EngineException.NotFound.class, DaemonWire.Config.EMPTY);
    }
}
