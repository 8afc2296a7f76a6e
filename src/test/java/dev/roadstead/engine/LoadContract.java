package dev.roadstead.engine;

import static dev.roadstead.engine.ContractSubject.fails;
import static dev.roadstead.engine.ContractSubject.get;
import static dev.roadstead.engine.ContractSubject.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.ContainerStatus;
import dev.roadstead.image.Image;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Image files are taken in as the engine's own family writes them. */
public interface LoadContract extends ContractSubject {
    /**
     * An image file.
     *
     * @param reference what the image will be called; null if such files hold no name
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record ImageFile(byte[] bytes, @Nullable String reference) {}

    /** A small image that the engine does not have, in a file of its own family; Docker's layout unless overridden. */
    default ImageFile imageFile() {
        String reference = made().imageReference();
        return new ImageFile(dockerLayout(reference), reference);
    }

    @Test
    default void aLoadedImageIsThere() {
        needs(Capability.IMAGE_LOAD);
        ImageFile file = imageFile();

        List<String> loaded = get(engine().images().load(Flux.just(file.bytes())));
        loaded.forEach(made()::alsoImage);

        assertThat(loaded).isNotEmpty();
        for (String reference : loaded) {
            Image image = get(engine().images().inspect(reference));
            assertThat(get(engine().images().list())).extracting(Image::id).contains(image.id());
        }
        if (file.reference() != null) {
            assertThat(get(engine().images().inspect(file.reference())).id())
                    .isEqualTo(get(engine().images().inspect(loaded.getFirst())).id());
        }
    }

    @Test
    default void aContainerIsMadeOfALoadedImage() {
        needs(Capability.IMAGE_LOAD);
        List<String> loaded = get(engine().images().load(inPieces(imageFile().bytes())));
        loaded.forEach(made()::alsoImage);

        assertThat(status(made().container(new SpecBuilder(loaded.getFirst()).build())))
                .isEqualTo(ContainerStatus.CREATED);
    }

    @Test
    default void whatIsNoImageFileIsRefused() {
        needs(Capability.IMAGE_LOAD);
        byte[] tarWithoutImage =
                new TestTar().file("hello.txt", utf8("hello"), 0644).bytes();

        fails(engine().images().load(Flux.just(utf8("no image"))), EngineException.InvalidRequest.class);
        fails(engine().images().load(Flux.just(tarWithoutImage)), EngineException.InvalidRequest.class);
        fails(engine().images().load(Flux.empty()), EngineException.InvalidRequest.class);
    }

    @Test
    default void anUploadThatBreaksOffLoadsNothing() {
        needs(Capability.IMAGE_LOAD);
        ImageFile file = imageFile();
        byte[] half = Arrays.copyOf(file.bytes(), file.bytes().length / 2);

        StepVerifier.create(engine().images()
                        .load(Flux.just(half).concatWith(Flux.error(new IllegalStateException("the client has left")))))
                .expectError()
                .verify(WAIT);

        if (file.reference() != null) {
            fails(engine().images().inspect(file.reference()), EngineException.NotFound.class, "NO_SUCH_IMAGE");
        }
    }

    /** An image of one layer with one file (Docker Image Specification v1.2). */
    static byte[] dockerLayout(String reference) {
        byte[] layer = new TestTar()
                .file("name.txt", utf8(reference), 0644)
                .folder("bin")
                .bytes();
        String config = """
                {"architecture":"amd64","os":"linux","created":"2026-01-02T03:04:05Z",
                 "config":{"Cmd":["/bin/true"],"Env":["PATH=/bin"]},
                 "rootfs":{"type":"layers","diff_ids":["sha256:%s"]},
                 "history":[{"created":"2026-01-02T03:04:05Z","created_by":"made by hand"}]}
                """.formatted(sha256(layer));
        String configName = sha256(utf8(config)) + ".json";
        String manifest = "[{\"Config\":\"%s\",\"RepoTags\":[\"%s\"],\"Layers\":[\"layer/layer.tar\"]}]"
                .formatted(configName, reference);
        return new TestTar()
                .folder("layer")
                .file("layer/VERSION", utf8("1.0"), 0644)
                .file("layer/layer.tar", layer, 0644)
                .file(configName, utf8(config), 0644)
                .file("manifest.json", utf8(manifest), 0644)
                .bytes();
    }

    private static Flux<byte[]> inPieces(byte[] whole) {
        List<byte[]> pieces = new ArrayList<>();
        for (int at = 0; at < whole.length; at += 777) {
            pieces.add(Arrays.copyOfRange(whole, at, Math.min(whole.length, at + 777)));
        }
        return Flux.fromIterable(pieces);
    }

    private static String sha256(byte[] data) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
