package dev.roadstead.adapter.kleened;

import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.ImageOperations;
import dev.roadstead.engine.Pruned;
import dev.roadstead.image.BuildSpec;
import dev.roadstead.image.Image;
import dev.roadstead.image.ImageLayer;
import dev.roadstead.image.ImageReference;
import dev.roadstead.image.ImageStep;
import dev.roadstead.image.ImportSpec;
import dev.roadstead.image.PullProgress;
import dev.roadstead.image.PullSpec;
import dev.roadstead.image.RemovedImage;
import dev.roadstead.transport.EngineRequest;
import java.util.List;
import java.util.function.Predicate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Images of a Kleened daemon; each has one name, or none. References are resolved here: the daemon takes the first that fits. */
final class KleenedImages implements ImageOperations {
    private static final int SHORTEST_PREFIX = 4;

    private final KleenedSession session;
    private final KleenedImageWork work;
    private final KleenedWatch watch;

    KleenedImages(KleenedSession session, KleenedImageWork work, KleenedWatch watch) {
        this.session = session;
        this.work = work;
        this.watch = watch;
    }

    @Override
    public Mono<List<Image>> list() {
        return all().map(all -> all.stream().map(KleenedMapping::image).toList());
    }

    @Override
    public Mono<Image> inspect(String reference) {
        return find(reference).map(KleenedMapping::image);
    }

    @Override
    public Mono<List<ImageLayer>> history(String reference) {
        return find(reference).map(KleenedMapping::history);
    }

    @Override
    public Flux<PullProgress> pull(PullSpec spec) {
        return work.pull(spec);
    }

    @Override
    public Flux<ImageStep> make(ImportSpec spec) {
        return work.make(spec);
    }

    @Override
    public Flux<ImageStep> build(BuildSpec spec) {
        return work.build(spec);
    }

    @Override
    public Mono<Void> tag(String reference, ImageReference target) {
        String name = target.repository() + ":" + target.version();
        if (target.digest() != null || target.repository().contains(":")) {
            return Mono.error(() -> session.errors().invalid("reference", target, "name[:tag] without a second colon"));
        }
        return find(reference)
                .flatMap(image -> session.readId(
                                KleenedCall.IMAGE,
                                "image " + reference,
                                EngineRequest.post(KleenedTarget.of("images", KleenedMapping.text(image.id()), "tag")
                                        .with("nametag", name)
                                        .toString()))
                        .doOnNext(id -> watch.made(Lists.IMAGE, id, name))
                        .then());
    }

    /** One that others are made of cannot go, by force neither. */
    @Override
    public Mono<RemovedImage> remove(String reference, boolean force) {
        return find(reference).flatMap(image -> {
            String id = KleenedMapping.text(image.id());
            String name = KleenedMapping.name(image);
            return session.work(
                            KleenedCall.IMAGE_REMOVE,
                            "image " + reference,
                            EngineRequest.delete(KleenedTarget.of("images", id).toString()))
                    .doOnNext(_ -> watch.gone(Lists.IMAGE, id))
                    .thenReturn(new RemovedImage(name == null ? List.of() : List.of(name), List.of(id)));
        });
    }

    @Override
    public Mono<Pruned> prune() {
        return session.work(
                        KleenedCall.IMAGE_REMOVE,
                        "the images",
                        EngineRequest.post(KleenedTarget.of("images", "prune")
                                .with("all", false)
                                .toString()))
                .map(reply -> new Pruned(session.list(reply.body(), String.class), null))
                .doOnNext(pruned -> pruned.removed().forEach(id -> watch.gone(Lists.IMAGE, id)));
    }

    /** What stands for an image in a creation: its whole id, and the snapshot if the reference names one. */
    Mono<String> reference(String reference) {
        int at = reference.indexOf('@');
        String snapshot = at < 0 ? "" : reference.substring(at);
        return find(at < 0 ? reference : reference.substring(0, at))
                .map(image -> KleenedMapping.text(image.id()) + snapshot);
    }

    /** By whole id, then by name, then by the beginning of an id. */
    private Mono<KleenedWire.Image> find(String reference) {
        return all().map(all -> {
            String name = reference.contains(":") ? reference : reference + ":latest";
            List<KleenedWire.Image> found = those(all, image -> reference.equals(image.id()));
            if (found.isEmpty()) {
                found = those(all, image -> name.equals(KleenedMapping.name(image)));
            }
            if (found.isEmpty() && reference.length() >= SHORTEST_PREFIX) {
                found = those(all, image -> KleenedMapping.text(image.id()).startsWith(reference));
            }
            return switch (found.size()) {
                case 0 -> throw session.errors().missing(KleenedCall.IMAGE, "no such image: " + reference);
                case 1 -> found.getFirst();
                default ->
                    throw new EngineException.Conflict(
                            "AMBIGUOUS_REFERENCE",
                            "%s fits %d images".formatted(reference, found.size()),
                            session.errors()
                                    .evidence()
                                    .with(
                                            "candidates",
                                            found.stream()
                                                    .map(image -> KleenedMapping.text(image.id()))
                                                    .sorted()
                                                    .toList()));
            };
        });
    }

    private static List<KleenedWire.Image> those(List<KleenedWire.Image> all, Predicate<KleenedWire.Image> fits) {
        return all.stream().filter(fits).toList();
    }

    private Mono<List<KleenedWire.Image>> all() {
        return session.readList(
                KleenedCall.IMAGE,
                "the images",
                EngineRequest.get(KleenedTarget.of("images", "list").toString()),
                KleenedWire.Image.class);
    }
}
