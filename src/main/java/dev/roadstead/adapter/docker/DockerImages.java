package dev.roadstead.adapter.docker;

import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.engine.ImageOperations;
import dev.roadstead.engine.Pruned;
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
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Images of a Docker daemon. */
final class DockerImages implements ImageOperations {
    private static final int FAILED = 500;

    private final DockerSession session;
    private final EngineSettings settings;
    private final DockerPruning pruning;
    private final DockerLoad loading;

    DockerImages(DockerSession session, DockerPruning pruning, EngineSettings settings) {
        this.session = session;
        this.pruning = pruning;
        this.loading = new DockerLoad(session, settings);
        this.settings = settings;
    }

    @Override
    public Mono<List<Image>> list() {
        return session.readList(
                        DockerCall.DAEMON,
                        "its images",
                        EngineRequest.get("/images/json"),
                        DockerWire.ListedImage.class)
                .map(all -> all.stream().map(DockerImageMapping::listed).toList());
    }

    @Override
    public Mono<Image> inspect(String reference) {
        return checked(reference)
                .flatMap(image -> session.read(
                        DockerCall.IMAGE,
                        "image " + image,
                        EngineRequest.get(
                                DockerTarget.of("images", image, "json").toString()),
                        DockerWire.InspectedImage.class))
                .map(DockerImageMapping::inspected);
    }

    @Override
    public Mono<List<ImageLayer>> history(String reference) {
        return checked(reference)
                .flatMap(image -> session.readList(
                        DockerCall.IMAGE,
                        "image " + image,
                        EngineRequest.get(
                                DockerTarget.of("images", image, "history").toString()),
                        DockerWire.HistoryStep.class))
                .map(steps -> steps.stream().map(DockerImageMapping::layer).toList());
    }

    @Override
    public Flux<PullProgress> pull(PullSpec spec) {
        ImageReference reference = spec.reference();
        EngineRequest request = EngineRequest.post(DockerTarget.of("images", "create")
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
                session.open(DockerCall.PULL, "image " + reference, authorised, Silence.BOUNDED),
                reply -> progress(reply, reference),
                reply -> Mono.fromRunnable(reply::close));
    }

    /** Failures after the first step come in the stream, and so does success: an end without it is a failure, too. */
    private Flux<PullProgress> progress(StreamedReply reply, ImageReference reference) {
        return Flux.defer(() -> {
            JsonValueDecoder decoder = new JsonValueDecoder(session.errors().engine(), session.json());
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
                                : Mono.error(session.errors()
                                        .brokeOff("the pull of %s ended without success".formatted(reference)));
                    }));
        });
    }

    private PullProgress step(JsonNode node, ImageReference reference) {
        DockerWire.PullStep step;
        try {
            step = session.json().treeToValue(node, DockerWire.PullStep.class);
        } catch (JacksonException unreadable) {
            throw session.errors().nonsense("a step of the pull is not what Docker documents", unreadable);
        }
        DockerWire.PullError detail = step.errorDetail();
        String error = detail != null && detail.message() != null ? detail.message() : step.error();
        if (error != null) {
            int status = detail != null && detail.code() != null && detail.code() >= 400 ? detail.code() : FAILED;
            throw session.errors().of(DockerCall.PULL, "image " + reference, status, error);
        }
        DockerWire.PullDetail progress = step.progress();
        return new PullProgress(
                DockerMapping.blankToNull(step.id()),
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
                    session.errors().evidence()));
        }
        return checked(reference)
                .flatMap(image -> session.call(
                        DockerCall.IMAGE,
                        "image " + image,
                        EngineRequest.post(DockerTarget.of("images", image, "tag")
                                .with("repo", target.repository())
                                .with("tag", target.version())
                                .toString())))
                .then();
    }

    @Override
    public Mono<RemovedImage> remove(String reference, boolean force) {
        return checked(reference)
                .flatMap(image -> session.readList(
                        DockerCall.IMAGE_REMOVE,
                        "image " + image,
                        EngineRequest.delete(DockerTarget.of("images", image)
                                .flag("force", force)
                                .toString()),
                        DockerWire.RemovedReference.class))
                .map(DockerImageMapping::removed);
    }

    @Override
    public Mono<List<String>> load(Publisher<byte[]> file) {
        return loading.load(file);
    }

    @Override
    public Mono<Pruned> prune() {
        return pruning.images();
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
                        session.errors().evidence());
                invalid.addSuppressed(notOne);
                throw invalid;
            }
        });
    }
}
