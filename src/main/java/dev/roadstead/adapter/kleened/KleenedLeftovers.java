package dev.roadstead.adapter.kleened;

import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineRequest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Removes what the daemon leaves of images that were not finished, and gives their name back to the image that had it. Only what is
 * surely such is touched; what cannot be removed is told in the log.
 */
final class KleenedLeftovers {
    private static final Logger LOG = LoggerFactory.getLogger(KleenedLeftovers.class);
    private static final String LATEST = "latest";

    private final KleenedSession session;

    KleenedLeftovers(KleenedSession session) {
        this.session = session;
    }

    /** The images before the work, by id. */
    Mono<Map<String, KleenedWire.Image>> before() {
        return images().map(all -> all.stream()
                .filter(image -> image.id() != null)
                .collect(Collectors.toMap(image -> String.valueOf(image.id()), Function.identity(), (one, _) -> one)));
    }

    /** After an image that was to bear this name. */
    Mono<Void> remove(Map<String, KleenedWire.Image> before, @Nullable String tag) {
        return images().flatMap(all -> {
                    // Without a name it could be anybody's.
                    List<String> unfinished = all.stream()
                            .filter(image -> image.id() != null && !before.containsKey(image.id()))
                            .filter(image -> tag != null && isNamed(image, tag))
                            .map(image -> String.valueOf(image.id()))
                            .toList();
                    return unfinished.size() == 1 ? removeImage(unfinished.getFirst()) : told(unfinished);
                })
                .then(giveBack(before, tag))
                .onErrorResume(this::told);
    }

    /** After a build, whose image and container bear an id that the daemon told. */
    Mono<Void> removeBuild(Map<String, KleenedWire.Image> before, @Nullable String id, @Nullable String tag) {
        Mono<Void> removed = id == null || before.containsKey(id)
                ? Mono.empty()
                : removeBuilder(id).then(removeImage(id));
        return removed.then(giveBack(before, tag)).onErrorResume(this::told);
    }

    private Mono<Void> removeBuilder(String id) {
        return session.readList(
                        KleenedCall.CONTAINER,
                        "the containers",
                        EngineRequest.get(KleenedTarget.of("containers", "list")
                                .with("all", true)
                                .toString()),
                        KleenedWire.Container.class)
                .flatMapMany(Flux::fromIterable)
                .filter(container -> container.id() != null && ("builder_" + id).equals(container.name()))
                .concatMap(container -> session.work(
                        KleenedCall.REMOVE,
                        "the container of a build",
                        EngineRequest.delete(KleenedTarget.of("containers", String.valueOf(container.id()))
                                .toString())))
                .then();
    }

    private Mono<Void> removeImage(String id) {
        return session.work(
                        KleenedCall.IMAGE_REMOVE,
                        "image " + id,
                        EngineRequest.delete(KleenedTarget.of("images", id).toString()))
                .onErrorResume(EngineException.NotFound.class, _ -> Mono.empty())
                .then();
    }

    /** The daemon takes a name from the image that had it as soon as another one is begun. */
    private Mono<Void> giveBack(Map<String, KleenedWire.Image> before, @Nullable String tag) {
        if (tag == null) {
            return Mono.empty();
        }
        return images().flatMap(now -> {
            boolean taken = now.stream().anyMatch(image -> isNamed(image, tag));
            return before.values().stream()
                    .filter(image -> isNamed(image, tag))
                    .map(KleenedWire.Image::id)
                    .filter(Objects::nonNull)
                    .filter(id -> !taken && now.stream().anyMatch(image -> id.equals(image.id())))
                    .findFirst()
                    .map(id -> session.call(
                                    KleenedCall.IMAGE,
                                    "image " + id,
                                    EngineRequest.post(KleenedTarget.of("images", id, "tag")
                                            .with("nametag", tag)
                                            .toString()))
                            .then())
                    .orElse(Mono.empty());
        });
    }

    private static boolean isNamed(KleenedWire.Image image, String tag) {
        int colon = tag.indexOf(':');
        String name = colon < 0 ? tag : tag.substring(0, colon);
        return name.equals(image.name()) && (colon < 0 ? LATEST : tag.substring(colon + 1)).equals(image.tag());
    }

    private Mono<List<KleenedWire.Image>> images() {
        return session.readList(
                KleenedCall.IMAGE,
                "the images",
                EngineRequest.get(KleenedTarget.of("images", "list").toString()),
                KleenedWire.Image.class);
    }

    private Mono<Void> told(List<String> unfinished) {
        return Mono.fromRunnable(() -> {
            if (!unfinished.isEmpty()) {
                LOG.warn(
                        "images {} on {} may be unfinished",
                        unfinished,
                        session.settings().name());
            }
        });
    }

    private Mono<Void> told(Throwable failure) {
        return Mono.fromRunnable(() -> LOG.warn(
                "what an unfinished image left on {} could not be removed",
                session.settings().name(),
                failure));
    }
}
