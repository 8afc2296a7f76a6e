package dev.roadstead.engine;

import static dev.roadstead.engine.ContractSubject.bytes;
import static dev.roadstead.engine.ContractSubject.fails;
import static dev.roadstead.engine.ContractSubject.get;
import static dev.roadstead.engine.ContractSubject.run;
import static dev.roadstead.engine.ContractSubject.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.container.PathStat;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Files go into and come out of a container as tar, whether it runs or not. */
public interface FilesContract extends ContractSubject {
    /** A container for files; engines that reach files of running ones only override this. */
    default ContainerId containerForFiles() {
        return withFilesToReach(idle());
    }

    @Test
    default void whatWasPutInComesOut() {
        needs(Capability.ARCHIVE);
        ContainerId id = containerForFiles();

        put(id, "/", tree());

        Map<String, byte[]> entries = TestTar.read(bytes(engine().files().getArchive(id, "/roadstead")));
        assertThat(entries).containsKeys("roadstead/", "roadstead/hello.txt", "roadstead/inner/deep.txt");
        assertThat(entries.get("roadstead/hello.txt")).isEqualTo(utf8("hello\n"));
        assertThat(entries.keySet()).allSatisfy(name -> assertThat(name).startsWith("roadstead/"));
    }

    @Test
    default void aSingleFileComesAsAnArchiveOfOne() {
        needs(Capability.ARCHIVE);
        ContainerId id = containerForFiles();
        put(id, "/", tree());

        Map<String, byte[]> entries = TestTar.read(bytes(engine().files().getArchive(id, "/roadstead/hello.txt")));

        assertThat(entries).containsOnlyKeys("hello.txt");
        assertThat(entries.get("hello.txt")).isEqualTo(utf8("hello\n"));
    }

    @Test
    default void aRunningContainerTakesAndGivesFilesToo() {
        needs(Capability.ARCHIVE);
        ContainerId id = running();

        put(id, "/", tree());

        assertThat(get(engine().files().stat(id, "/roadstead/hello.txt")).size())
                .isEqualTo(6);
    }

    @Test
    default void aPackedArchiveIsUnpacked() {
        needs(Capability.ARCHIVE);
        ContainerId id = containerForFiles();

        put(id, "/", TestTar.gzip(tree()));

        assertThat(get(engine().files().stat(id, "/roadstead/hello.txt")).type())
                .isEqualTo("file");
    }

    @Test
    default void aFileIsReplacedByALaterOne() {
        needs(Capability.ARCHIVE);
        ContainerId id = containerForFiles();
        put(id, "/", tree());

        put(
                id,
                "/roadstead",
                new TestTar()
                        .file("hello.txt", utf8("longer than before\n"), 0600)
                        .bytes());

        PathStat stat = get(engine().files().stat(id, "/roadstead/hello.txt"));
        assertThat(stat.size()).isEqualTo(19);
        assertThat(stat.mode()).isEqualTo(0600);
    }

    @Test
    default void manyBytesArriveUnchanged() {
        needs(Capability.ARCHIVE);
        ContainerId id = containerForFiles();
        byte[] content = new byte[3 << 20];
        new Random(7).nextBytes(content);

        put(id, "/", new TestTar().file("big.bin", content, 0644).bytes());

        byte[] back =
                TestTar.read(bytes(engine().files().getArchive(id, "/big.bin"))).get("big.bin");
        assertThat(Arrays.equals(back, content)).isTrue();
    }

    @Test
    default void aPathIsDescribed() {
        needs(Capability.ARCHIVE);
        ContainerId id = containerForFiles();
        put(id, "/", tree());

        PathStat file = get(engine().files().stat(id, "/roadstead/hello.txt"));
        assertThat(file.name()).isEqualTo("hello.txt");
        assertThat(file.type()).isEqualTo("file");
        assertThat(file.size()).isEqualTo(6);
        assertThat(file.mode()).isEqualTo(0640);
        assertThat(file.target()).isNull();

        PathStat folder = get(engine().files().stat(id, "/roadstead/inner"));
        assertThat(folder.name()).isEqualTo("inner");
        assertThat(folder.type()).isEqualTo("directory");

        assertThat(get(engine().files().stat(id, "/")).type()).isEqualTo("directory");
    }

    @Test
    default void aLinkIsDescribedItself() {
        needs(Capability.ARCHIVE);
        ContainerId id = containerForFiles();
        put(id, "/", tree());

        PathStat link = get(engine().files().stat(id, "/roadstead/link"));

        assertThat(link.type()).isEqualTo("symlink");
        assertThat(link.target()).isEqualTo("/roadstead/hello.txt");
    }

    @Test
    default void aPathThatIsNotThereIsNotFound() {
        needs(Capability.ARCHIVE);
        ContainerId id = containerForFiles();

        fails(engine().files().stat(id, "/nowhere/file"), EngineException.NotFound.class, "NO_SUCH_PATH");
        fails(engine().files().getArchive(id, "/nowhere/file"), EngineException.NotFound.class, "NO_SUCH_PATH");
        fails(
                engine().files().putArchive(id, "/nowhere", Flux.just(tree())),
                EngineException.NotFound.class,
                "NO_SUCH_PATH");
    }

    @Test
    default void anArchiveIsNotUnpackedIntoAFile() {
        needs(Capability.ARCHIVE);
        ContainerId id = containerForFiles();
        put(id, "/", tree());

        fails(
                engine().files().putArchive(id, "/roadstead/hello.txt", Flux.just(tree())),
                EngineException.InvalidRequest.class);
    }

    @Test
    default void aBrokenArchiveIsRefused() {
        needs(Capability.ARCHIVE);
        ContainerId id = containerForFiles();
        byte[] noise = new byte[4096];
        new Random(3).nextBytes(noise);

        fails(engine().files().putArchive(id, "/", Flux.just(noise)), EngineException.InvalidRequest.class);
    }

    @Test
    default void anUploadThatBreaksOffFailsAndHarmsNothing() {
        needs(Capability.ARCHIVE);
        ContainerId id = containerForFiles();
        byte[] tar = tree();
        Flux<byte[]> broken = Flux.concat(
                Flux.just(Arrays.copyOf(tar, 700)), Flux.error(new IllegalStateException("the client is gone")));

        StepVerifier.create(engine().files().putArchive(id, "/", broken))
                .expectError()
                .verify(WAIT);

        assertThat(status(id)).isIn(ContainerStatus.CREATED, ContainerStatus.RUNNING);
        put(id, "/", tar);
    }

    @Test
    default void filesOfWhatDoesNotRunAreReachedOrRefused() {
        needs(Capability.ARCHIVE);
        ContainerId id = made().container(idle());
        if (get(engine().describe()).capabilities().has(Capability.ARCHIVE_STOPPED)) {
            needs(Capability.ARCHIVE_STOPPED);
            assertThat(get(engine().files().stat(id, "/")).type()).isEqualTo("directory");
        } else {
            fails(engine().files().stat(id, "/"), EngineException.WrongState.class, "CONTAINER_NOT_RUNNING");
            fails(engine().files().getArchive(id, "/"), EngineException.WrongState.class, "CONTAINER_NOT_RUNNING");
        }
    }

    @Test
    default void thereAreNoFilesOfWhatIsNotThere() {
        needs(Capability.ARCHIVE);

        fails(engine().files().stat(NOBODY, "/"), EngineException.NotFound.class, "NO_SUCH_CONTAINER");
        fails(engine().files().getArchive(NOBODY, "/"), EngineException.NotFound.class, "NO_SUCH_CONTAINER");
        fails(
                engine().files().putArchive(NOBODY, "/", Flux.just(tree())),
                EngineException.NotFound.class,
                "NO_SUCH_CONTAINER");
    }

    /** Unpacks an archive in small pieces, as a slow client would send it. */
    default void put(ContainerId id, String path, byte[] archive) {
        int piece = 64 << 10;
        Flux<byte[]> pieces = Flux.range(0, (archive.length + piece - 1) / piece)
                .map(i -> Arrays.copyOfRange(archive, i * piece, Math.min(archive.length, (i + 1) * piece)));
        run(engine().files().putArchive(id, path, pieces));
    }

    /** A folder {@code roadstead} with a file, a folder and a link. */
    static byte[] tree() {
        return new TestTar()
                .folder("roadstead")
                .file("roadstead/hello.txt", utf8("hello\n"), 0640)
                .folder("roadstead/inner")
                .file("roadstead/inner/deep.txt", utf8("deep\n"), 0644)
                .link("roadstead/link", "/roadstead/hello.txt")
                .bytes();
    }
}
