package dev.roadstead.adapter.daemon;

import dev.roadstead.engine.EngineException;
import dev.roadstead.image.Image;
import dev.roadstead.image.ImageLayer;
import dev.roadstead.image.ImageReference;
import dev.roadstead.image.RegistryAuth;
import dev.roadstead.transport.EngineRequest;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What daemons do alike with images: the same paths, the same answers. */
public final class ImageCalls {
    private final DaemonSession session;

    public ImageCalls(DaemonSession session) {
        this.session = session;
    }

    public Mono<List<Image>> list() {
        return session.readList(
                        DaemonCall.DAEMON,
                        "its images",
                        EngineRequest.get("/images/json"),
                        DaemonWire.ListedImage.class)
                .map(all -> all.stream().map(ImageMapping::listed).toList());
    }

    public Mono<Image> inspect(String reference) {
        return checked(reference)
                .flatMap(image -> session.read(
                        DaemonCall.IMAGE,
                        "image " + image,
                        EngineRequest.get(Target.of("images", image, "json").toString()),
                        DaemonWire.InspectedImage.class))
                .map(ImageMapping::inspected);
    }

    public Mono<List<ImageLayer>> history(String reference) {
        return checked(reference)
                .flatMap(image -> session.readList(
                        DaemonCall.IMAGE,
                        "image " + image,
                        EngineRequest.get(Target.of("images", image, "history").toString()),
                        DaemonWire.HistoryStep.class))
                .map(steps -> steps.stream().map(ImageMapping::layer).toList());
    }

    public Mono<Void> tag(String reference, ImageReference target) {
        if (target.digest() != null) {
            return Mono.error(() -> new EngineException.InvalidRequest(
                    "INVALID_REFERENCE",
                    "tag: %s (expected: a name without digest)".formatted(target),
                    session.faults().evidence()));
        }
        return checked(reference)
                .flatMap(image -> session.call(
                        DaemonCall.IMAGE,
                        "image " + image,
                        EngineRequest.post(Target.of("images", image, "tag")
                                .with("repo", target.repository())
                                .with("tag", target.version())
                                .toString())))
                .then();
    }

    /** Docker Engine API, "Authentication": JSON in base64url. */
    public String encoded(RegistryAuth auth, String registry) {
        Map<String, @Nullable String> wire = new LinkedHashMap<>();
        if (auth.identityToken() != null) {
            wire.put("identitytoken", auth.identityToken());
        } else {
            wire.put("username", auth.username());
            wire.put("password", auth.password());
        }
        wire.put("serveraddress", Objects.requireNonNullElse(auth.serverAddress(), registry));
        return Base64.getUrlEncoder().encodeToString(session.bytes(wire));
    }

    /** A reference becomes part of a path: only what is one may. */
    public Mono<String> checked(String reference) {
        return Mono.fromCallable(() -> {
            try {
                return ImageReference.parse(reference).toString();
            } catch (IllegalArgumentException notOne) {
                EngineException invalid = new EngineException.InvalidRequest(
                        "INVALID_REFERENCE",
                        "image: %s (expected: [registry/]name[:tag][@digest] or an id)".formatted(reference),
                        session.faults().evidence());
                invalid.addSuppressed(notOne);
                throw invalid;
            }
        });
    }
}
