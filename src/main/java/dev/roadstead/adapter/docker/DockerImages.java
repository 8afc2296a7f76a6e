package dev.roadstead.adapter.docker;

import dev.roadstead.adapter.daemon.DaemonCall;
import dev.roadstead.adapter.daemon.DaemonSession;
import dev.roadstead.adapter.daemon.DaemonWire;
import dev.roadstead.adapter.daemon.ImageMapping;
import dev.roadstead.adapter.daemon.Target;
import dev.roadstead.adapter.daemon.Texts;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.engine.ImageOperations;
import dev.roadstead.image.Image;
import dev.roadstead.image.ImageLayer;
import dev.roadstead.image.ImageReference;
import dev.roadstead.image.PullProgress;
import dev.roadstead.image.PullSpec;
import dev.roadstead.image.RegistryAuth;
import dev.roadstead.image.RemovedImage;
import dev.roadstead.transport.EngineHttpClient.Silence;
import dev.roadstead.transport.EngineRequest;
import dev.roadstead.transport.JsonValueDecoder;
import dev.roadstead.transport.StreamedReply;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Images of a Docker daemon. */
final class DockerImages implements ImageOperations {
    private static final int FAILED = 500;

    private final DaemonSession session;
    private final EngineSettings settings;

    DockerImages(DaemonSession session, EngineSettings settings) {
        this.session = session;
        this.settings = settings;
    }

    @Override
    public Mono<List<Image>> list() {
        return session.readList(
                        DaemonCall.DAEMON,
                        "its images",
                        EngineRequest.get("/images/json"),
                        DaemonWire.ListedImage.class)
                .map(all -> all.stream().map(ImageMapping::listed).toList());
    }

    @Override
    public Mono<Image> inspect(String reference) {
        return checked(reference)
                .flatMap(image -> session.read(
                        DaemonCall.IMAGE,
                        "image " + image,
                        EngineRequest.get(Target.of("images", image, "json").toString()),
                        DaemonWire.InspectedImage.class))
                .map(ImageMapping::inspected);
    }

    @Override
    public Mono<List<ImageLayer>> history(String reference) {
        return checked(reference)
                .flatMap(image -> session.readList(
                        DaemonCall.IMAGE,
                        "image " + image,
                        EngineRequest.get(Target.of("images", image, "history").toString()),
                        DaemonWire.HistoryStep.class))
                .map(steps -> steps.stream().map(ImageMapping::layer).toList());
    }

    @Override
    public Flux<PullProgress> pull(PullSpec spec) {
        ImageReference reference = spec.reference();
        EngineRequest request = EngineRequest.post(Target.of("images", "create")
                        .with("fromImage", reference.repository())
                        // Without a tag the daemon would pull all of them.
                        .with("tag", reference.version())
                        .with("platform", spec.platform())
                        .toString())
                // The head comes when the registry has answered the daemon, or failed to.
                .within(settings.idleTimeout());
        EngineRequest authorised = spec.auth() == null
                ? request
                : request.header("X-Registry-Auth", encoded(spec.auth(), reference.registry()));
        return Flux.usingWhen(
                session.open(DaemonCall.PULL, "image " + reference, authorised, Silence.BOUNDED),
                reply -> progress(reply, reference),
                reply -> Mono.fromRunnable(reply::close));
    }

    /** Failures after the first step come in the stream, and so does success: an end without it is a failure, too. */
    private Flux<PullProgress> progress(StreamedReply reply, ImageReference reference) {
        return Flux.defer(() -> {
            JsonValueDecoder decoder = new JsonValueDecoder(session.faults().engine(), session.json());
            AtomicBoolean pulled = new AtomicBoolean();
            return reply.body()
                    .concatMapIterable(decoder::feed, 1)
                    .map(node -> step(node, reference))
                    .doOnNext(step -> {
                        if (step.layer() == null && step.status().startsWith("Status: ")) {
                            pulled.set(true);
                        }
                    })
                    .concatWith(Mono.defer(() -> {
                        decoder.finish();
                        return pulled.get()
                                ? Mono.empty()
                                : Mono.error(session.faults()
                                        .brokeOff("the pull of %s ended without success".formatted(reference)));
                    }));
        });
    }

    private PullProgress step(JsonNode node, ImageReference reference) {
        DockerWire.PullStep step;
        try {
            step = session.json().treeToValue(node, DockerWire.PullStep.class);
        } catch (JacksonException unreadable) {
            throw session.faults().nonsense("a step of the pull is not what Docker documents", unreadable);
        }
        DockerWire.PullError detail = step.errorDetail();
        String error = detail != null && detail.message() != null ? detail.message() : step.error();
        if (error != null) {
            int status = detail != null && detail.code() != null && detail.code() >= 400 ? detail.code() : FAILED;
            throw session.refusal(DaemonCall.PULL, "image " + reference, status, error);
        }
        DockerWire.PullDetail progress = step.progress();
        return new PullProgress(
                Texts.blankToNull(step.id()),
                step.status() == null ? "" : step.status(),
                progress == null ? null : progress.current(),
                progress == null ? null : progress.total());
    }

    /** Docker Engine API, "Authentication": JSON in base64url. */
    private String encoded(RegistryAuth auth, String registry) {
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

    @Override
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

    @Override
    public Mono<RemovedImage> remove(String reference, boolean force) {
        return checked(reference)
                .flatMap(image -> session.readList(
                        DaemonCall.IMAGE_REMOVE,
                        "image " + image,
                        EngineRequest.delete(
                                Target.of("images", image).flag("force", force).toString()),
                        DockerWire.RemovedReference.class))
                .map(DockerImages::removed);
    }

    private static RemovedImage removed(List<DockerWire.RemovedReference> wire) {
        return new RemovedImage(
                wire.stream()
                        .map(DockerWire.RemovedReference::untagged)
                        .filter(Objects::nonNull)
                        .toList(),
                wire.stream()
                        .map(DockerWire.RemovedReference::deleted)
                        .filter(Objects::nonNull)
                        .toList());
    }

    /** A reference becomes part of a path: only what is one may. */
    private Mono<String> checked(String reference) {
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
