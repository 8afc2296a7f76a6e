package dev.roadstead.adapter.lxd;

import dev.roadstead.engine.Capability;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.engine.ImageOperations;
import dev.roadstead.engine.Pruned;
import dev.roadstead.image.Image;
import dev.roadstead.image.ImageLayer;
import dev.roadstead.image.ImageReference;
import dev.roadstead.image.PullProgress;
import dev.roadstead.image.PullSpec;
import dev.roadstead.image.RemovedImage;
import dev.roadstead.transport.EngineRequest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Images of the default project (LXD API, {@code /images}). An image's id is its fingerprint, its references are its aliases. */
final class LxdImages implements ImageOperations {
    private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{4,64}");
    private static final String IMAGES = "images";

    private final LxdSession session;
    private final EngineSettings settings;
    private final LxdAliases aliases;
    private final LxdCopies copies;
    private final Remotes remotes;

    LxdImages(LxdSession session, EngineSettings settings, LxdAliases aliases, LxdCopies copies) {
        this.session = session;
        this.settings = settings;
        this.aliases = aliases;
        this.copies = copies;
        this.remotes = new Remotes(settings.remotes());
    }

    @Override
    public Mono<List<Image>> list() {
        return wires().map(LxdImageMapping::image).collectList();
    }

    @Override
    public Mono<Image> inspect(String reference) {
        return wire(reference).map(LxdImageMapping::image);
    }

    @Override
    public Mono<List<ImageLayer>> history(String reference) {
        return wire(reference).map(_ -> List.of());
    }

    /** The daemon fetches it; afterwards it is also called what was asked for, so that creating by the same reference finds it. */
    @Override
    public Flux<PullProgress> pull(PullSpec spec) {
        String text = spec.reference().toString();
        return session.dialect().flatMapMany(dialect -> {
            RemoteImage image = RemoteImage.of(
                    text, remotes.of(dialect), dialect, session.errors().evidence());
            if (image == null) {
                return Flux.error(new EngineException.NotFound(
                        "NO_SUCH_IMAGE",
                        "%s names no remote (expected: remote:alias, with one of %s)"
                                .formatted(text, remotes.of(dialect).keySet()),
                        session.errors().evidence()));
            }
            // In the server's URL it would take them, and keep them in the image for all to see.
            session.errors()
                    .refuse(
                            image.isOci() && spec.auth() != null,
                            Capability.PULL,
                            "registry_auth",
                            "the engine would keep the credentials in the image");
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("source", image.source());
            EngineRequest request = EngineRequest.post(LxdTarget.of(IMAGES).toString())
                    .json(session.bytes(body))
                    // The head comes when the remote has answered the daemon, or failed to.
                    .within(settings.idleTimeout());
            return session.progress(LxdCall.PULL, "image " + text, request, this::removeUnlessOlder)
                    .concatMap(
                            operation -> operation.hasEnded()
                                    ? named(text, operation)
                                    : Mono.justOrEmpty(LxdImageMapping.progress(operation)),
                            0);
        });
    }

    /** What was there before, or has a name, is not of the pull alone. */
    private Mono<Void> removeUnlessOlder(LxdWire.Operation pull) {
        String fingerprint = pull.told("fingerprint");
        return fingerprint == null
                ? Mono.empty()
                : wire(fingerprint)
                        .filter(image -> LxdImageMapping.names(image).isEmpty()
                                && LxdImageMapping.isSince(image, pull.createdAt()))
                        .flatMap(image -> delete(fingerprint));
    }

    private Mono<PullProgress> named(String text, LxdWire.Operation done) {
        String fingerprint = done.told("fingerprint");
        if (fingerprint == null) {
            return Mono.error(session.errors().nonsense("the image's fingerprint is not told", null));
        }
        return aliases.point(text, fingerprint)
                .thenReturn(new PullProgress(fingerprint.substring(0, 12), "Pull complete", null, null));
    }

    @Override
    public Mono<Void> tag(String reference, ImageReference target) {
        return wire(reference).flatMap(wire -> aliases.point(target.toString(), wire.fingerprint()));
    }

    @Override
    public Mono<RemovedImage> remove(String reference, boolean force) {
        return wire(reference).flatMap(wire -> {
            List<String> names = LxdImageMapping.names(wire);
            if (names.contains(reference) && names.size() > 1) {
                return aliases.remove(reference).thenReturn(new RemovedImage(List.of(reference), List.of()));
            }
            if (names.size() > 1 && !force) {
                return Mono.error(inUse(reference, "it has several names: " + names));
            }
            Mono<Void> unused = force ? Mono.empty() : unused(reference, wire.fingerprint());
            return unused.then(delete(wire.fingerprint()))
                    .thenReturn(new RemovedImage(names, List.of(wire.fingerprint())));
        });
    }

    /** The daemon itself would remove it: its containers have files of their own. */
    private Mono<Void> unused(String reference, String fingerprint) {
        return copies.instances(1)
                .filter(instance -> fingerprint.equals(LxdCopies.imageOf(instance)))
                .next()
                .flatMap(user -> Mono.error(inUse(reference, "container %s was made of it".formatted(user.name()))));
    }

    private EngineException inUse(String reference, String why) {
        return new EngineException.Conflict(
                "IMAGE_IN_USE",
                "image %s is in use: %s".formatted(reference, why),
                session.errors().evidence());
    }

    private Mono<Void> delete(String fingerprint) {
        return session.operation(
                        LxdCall.IMAGE_REMOVE,
                        "image " + fingerprint,
                        EngineRequest.delete(LxdTarget.of(IMAGES, fingerprint).toString()))
                .then();
    }

    /** An image tarball of one part; its fingerprint is its own SHA-256, also of one that is there already. */
    @Override
    public Mono<List<String>> load(Publisher<byte[]> file) {
        return Mono.defer(() -> {
            MessageDigest digest = sha256();
            Flux<byte[]> seen = Flux.from(file).doOnNext(digest::update);
            EngineRequest request = EngineRequest.post(LxdTarget.of(IMAGES).toString())
                    .upload("application/octet-stream", seen)
                    .within(settings.idleTimeout());
            return session.operation(LxdCall.IMAGE_LOAD, "the image file", request)
                    .mapNotNull(done -> done.told("fingerprint"))
                    .onErrorResume(
                            EngineException.AlreadyExists.class,
                            _ -> Mono.fromSupplier(() -> HexFormat.of().formatHex(digest.digest())))
                    .map(List::of);
        });
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyPlatformHasIt) {
            throw new IllegalStateException(everyPlatformHasIt);
        }
    }

    /** Removes what was fetched only to make containers, and of which none is left. */
    @Override
    public Mono<Pruned> prune() {
        return copies.instances(1)
                .mapNotNull(LxdCopies::imageOf)
                .collect(Collectors.toSet())
                .flatMapMany(used -> wires().filter(wire -> isNeedless(wire, used)))
                .concatMap(wire ->
                        delete(wire.fingerprint()).thenReturn(wire).onErrorComplete(EngineException.NotFound.class))
                .collectList()
                .map(removed -> new Pruned(
                        removed.stream().map(LxdStoreWire.Image::fingerprint).toList(),
                        removed.stream()
                                .mapToLong(wire -> wire.size() == null ? 0 : wire.size())
                                .sum()));
    }

    static boolean isNeedless(LxdStoreWire.Image wire, Set<String> used) {
        return Boolean.TRUE.equals(wire.cached())
                && LxdImageMapping.names(wire).isEmpty()
                && !used.contains(wire.fingerprint());
    }

    /** All images for containers. */
    Flux<LxdStoreWire.Image> wires() {
        return session.readList(
                        LxdCall.DAEMON,
                        "its images",
                        EngineRequest.get(
                                LxdTarget.of(IMAGES).with("recursion", 1).toString()),
                        LxdStoreWire.Image.class)
                .flatMapIterable(images -> images)
                .filter(wire -> wire.type() == null || wire.type().equals("container"));
    }

    /** One by alias, else by the beginning of its fingerprint. */
    private Mono<LxdStoreWire.Image> wire(String reference) {
        return aliases.target(reference)
                .switchIfEmpty(Mono.defer(() -> FINGERPRINT.matcher(reference).matches()
                        ? Mono.just(reference)
                        : Mono.error(new EngineException.NotFound(
                                "NO_SUCH_IMAGE",
                                "no image %s".formatted(reference),
                                session.errors().evidence()))))
                .flatMap(fingerprint -> session.read(
                        LxdCall.IMAGE,
                        "image " + reference,
                        EngineRequest.get(LxdTarget.of(IMAGES, fingerprint).toString()),
                        LxdStoreWire.Image.class));
    }
}
