package dev.roadstead.adapter.lxd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.adapter.lxd.ScriptedSftp.Manners;
import dev.roadstead.container.ContainerId;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineStream;
import dev.roadstead.engine.TestTar;
import dev.roadstead.fleet.GuardedEngine;
import dev.roadstead.transport.NoLeaks;
import dev.roadstead.transport.Script;
import dev.roadstead.transport.ScriptedServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Bad days of files on LXD: each ends with a clear failure, and with its connection closed. */
@ExtendWith(NoLeaks.class)
class SftpScriptedTest {
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final Duration BOUND = Duration.ofSeconds(2);
    private static final ContainerId WEB = new ContainerId("web");
    private static final String SFTP = "GET /1.0/instances/web/sftp";
    private static final int PIECE = 32 << 10;

    private final ScriptedServer server = ScriptedServer.onUnixSocket();
    private final Engine engine = ScriptedLxd.engine(server.uri(), BOUND);

    @BeforeEach
    void isTrusted() {
        server.on("GET /1.0", ScriptedLxd.server("lxd", "5.0.2", "trusted", LxdCapabilities.WITH_SFTP));
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        // The one for calls.
        server.awaitOpenConnections(1);
        engine.close().block(WAIT);
        server.awaitOpenConnections(0);
        server.close();
    }

    @Test
    void answersComeWholeThoughTheirPacketsAreCut() {
        speaks((asked, sftp) -> sftp.drip(ScriptedSftp.attributes(asked, ScriptedSftp.FILE, 7)));

        assertThat(engine.files().stat(WEB, "/etc/name").block(WAIT)).satisfies(stat -> {
            assertThat(stat).isNotNull();
            assertThat(stat.size()).isEqualTo(7);
            assertThat(stat.mode()).isEqualTo(0644);
        });
    }

    @Test
    void aConnectionThatEndsWithinAPacketHasBrokenOff() {
        speaks((asked, sftp) -> sftp.sendPartAndLeave(ScriptedSftp.attributes(asked, ScriptedSftp.FILE, 7)));

        fails(engine.files().stat(WEB, "/etc/name"), EngineException.Failed.class, "ENGINE_BROKE_OFF");
    }

    @Test
    void anAnswerToWhatNobodyAskedIsNonsense() {
        speaks((asked, sftp) ->
                sftp.send(ScriptedSftp.attributes(new ScriptedSftp.Asked(0, 4711, asked.packet()), 0, 0)));

        fails(engine.files().stat(WEB, "/etc/name"), EngineException.Failed.class, "ENGINE_NONSENSE");
    }

    @Test
    void anAnswerOfAnotherTypeIsNonsense() {
        speaks((asked, sftp) -> sftp.send(ScriptedSftp.handle(asked)));

        fails(engine.files().stat(WEB, "/etc/name"), EngineException.Failed.class, "ENGINE_NONSENSE");
    }

    @Test
    void anAnswerShorterThanItTellsIsNonsense() {
        speaks((asked, sftp) ->
                sftp.send(new SftpPacket.Builder().number(SftpAttributes.SIZE).build(SftpPacket.ATTRS, asked.id())));

        fails(engine.files().stat(WEB, "/etc/name"), EngineException.Failed.class, "ENGINE_NONSENSE");
    }

    @Test
    void aPacketWithoutBoundsIsNonsense() {
        speaks((_, sftp) -> sftp.send(ScriptedSftp.utf8("HTTP/1.1 400 Bad Request\r\n\r\n")));

        fails(engine.files().stat(WEB, "/etc/name"), EngineException.Failed.class, "ENGINE_NONSENSE");
    }

    @Test
    void anAnswerThatNeverComesIsWaitedForOnce() {
        speaks((asked, sftp) -> {
            if (asked.type() != SftpPacket.READ) {
                ScriptedSftp.file(asked, sftp, PIECE);
            }
        });

        StepVerifier.create(download("/big"))
                .expectNextCount(1)
                .expectErrorSatisfies(failure -> isA(failure, EngineException.TimedOut.class, "ENGINE_TIMEOUT"))
                .verify(BOUND.plusMillis(1500));
    }

    @Test
    void aDaemonThatTakesTheConnectionAndSaysNothingIsGivenUp() {
        server.on(
                SFTP,
                Script.rawThenSilence(
                        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: sftp\r\n\r\n"));

        fails(engine.files().stat(WEB, "/etc/name"), EngineException.TimedOut.class, "ENGINE_TIMEOUT");
    }

    @Test
    void aDownloadWhoseConnectionIsClosedBreaksOff() {
        AtomicInteger reads = new AtomicInteger();
        speaks((asked, sftp) -> {
            if (asked.type() == SftpPacket.READ && reads.incrementAndGet() > 2) {
                sftp.leave();
            } else {
                ScriptedSftp.file(asked, sftp, 100L * PIECE);
            }
        });

        fails(download("/big"), EngineException.Failed.class, "ENGINE_BROKE_OFF");
    }

    @Test
    void aFileThatBecameShorterIsNoWholeFile() {
        speaks((asked, sftp) -> {
            if (asked.type() == SftpPacket.READ) {
                sftp.send(ScriptedSftp.status(asked, SftpPacket.EOF, "EOF"));
            } else {
                ScriptedSftp.file(asked, sftp, PIECE);
            }
        });

        fails(download("/big"), EngineException.Failed.class, "ENGINE_BROKE_OFF");
    }

    @Test
    void moreOfAFileThanWasAskedForIsNonsenseAndNothingOfItToo() {
        for (int length : new int[] {PIECE + 1, 0}) {
            speaks((asked, sftp) -> {
                if (asked.type() == SftpPacket.READ) {
                    sftp.send(ScriptedSftp.data(asked, length));
                } else {
                    ScriptedSftp.file(asked, sftp, PIECE);
                }
            });

            fails(download("/big"), EngineException.Failed.class, "ENGINE_NONSENSE");
        }
    }

    @Test
    void whoLeavesADownloadClosesItsConnection() {
        speaks((asked, sftp) -> ScriptedSftp.file(asked, sftp, 10_000L * PIECE));

        StepVerifier.create(download("/big"), 3).expectNextCount(3).thenCancel().verify(WAIT);
    }

    @Test
    void aDownloadThatNobodyReadsIsGivenBack() {
        speaks((asked, sftp) -> ScriptedSftp.file(asked, sftp, PIECE));

        EngineStream<byte[]> unread =
                engine.files().getArchive(WEB, "/big").blockOptional(WAIT).orElseThrow();
        unread.close();
    }

    @Test
    void anUploadWhoseConnectionIsClosedBreaksOffAndAsksForNoMore() {
        speaks((asked, sftp) -> {
            if (asked.type() == SftpPacket.WRITE) {
                sftp.leave();
            } else {
                ScriptedSftp.emptyFolder(asked, sftp);
            }
        });
        AtomicBoolean givenUp = new AtomicBoolean();
        byte[] tar = new TestTar().file("big", new byte[20 * PIECE], 0644).bytes();
        Flux<byte[]> source = Flux.just(Arrays.copyOf(tar, 10 * PIECE))
                .concatWith(Mono.never())
                .doOnCancel(() -> givenUp.set(true));

        fails(engine.files().putArchive(WEB, "/tmp", source), EngineException.Failed.class, "ENGINE_BROKE_OFF");

        assertThat(givenUp).isTrue();
    }

    @Test
    void anUploadThatIsRefusedInItsMiddleTellsTheDaemonsWords() {
        speaks((asked, sftp) -> {
            if (asked.type() == SftpPacket.WRITE) {
                sftp.send(ScriptedSftp.status(asked, SftpPacket.FAILURE, "no space left on device"));
            } else {
                ScriptedSftp.emptyFolder(asked, sftp);
            }
        });
        byte[] tar = new TestTar().file("big", new byte[3 * PIECE], 0644).bytes();

        StepVerifier.create(engine.files().putArchive(WEB, "/tmp", Mono.just(tar)))
                .expectErrorSatisfies(failure -> {
                    isA(failure, EngineException.Failed.class, "ENGINE_ERROR");
                    assertThat(failure).hasMessageContaining("no space left on device");
                })
                .verify(WAIT);
    }

    @Test
    void anUploadWhoseAnswersNeverComeIsGivenUp() {
        speaks((asked, sftp) -> {
            if (asked.type() != SftpPacket.WRITE) {
                ScriptedSftp.emptyFolder(asked, sftp);
            }
        });
        byte[] tar = new TestTar().file("big", new byte[3 * PIECE], 0644).bytes();

        fails(engine.files().putArchive(WEB, "/tmp", Mono.just(tar)), EngineException.TimedOut.class, "ENGINE_TIMEOUT");
    }

    @Test
    void whatTheDaemonMayNotTouchIsDenied() {
        speaks((asked, sftp) ->
                sftp.send(ScriptedSftp.status(asked, SftpPacket.PERMISSION_DENIED, "permission denied")));

        fails(engine.files().stat(WEB, "/etc/name"), EngineException.Denied.class, "PATH_DENIED");
        fails(download("/etc/name"), EngineException.Denied.class, "PATH_DENIED");
        fails(
                engine.files().putArchive(WEB, "/etc", Mono.just(new TestTar().bytes())),
                EngineException.Denied.class,
                "PATH_DENIED");
    }

    @Test
    void whatIsNotThereIsNotFound() {
        speaks((asked, sftp) -> sftp.send(ScriptedSftp.status(asked, SftpPacket.NO_SUCH_FILE, "file does not exist")));

        fails(engine.files().stat(WEB, "/none"), EngineException.NotFound.class, "NO_SUCH_PATH");
        fails(download("/none"), EngineException.NotFound.class, "NO_SUCH_PATH");
        fails(
                engine.files().putArchive(WEB, "/none", Mono.just(new TestTar().bytes())),
                EngineException.NotFound.class,
                "NO_SUCH_PATH");
    }

    @Test
    void aDaemonFromBeforeItHadSftpSaysSoBeforeItIsAsked() {
        server.on("GET /1.0", ScriptedLxd.server("lxd", "4.0.9", "trusted"));
        Engine guarded = new GuardedEngine(engine, new SimpleMeterRegistry());

        for (Capability capability : new Capability[] {Capability.ARCHIVE, Capability.EXPORT}) {
            assertThat(guarded.describe()
                            .blockOptional(WAIT)
                            .orElseThrow()
                            .capabilities()
                            .of(capability)
                            .reason())
                    .isEqualTo(LxdCapabilities.NO_SFTP);
        }
        fails(guarded.files().stat(WEB, "/etc/name"), EngineException.Unsupported.class, "UNSUPPORTED");
        fails(guarded.containers().export(WEB), EngineException.Unsupported.class, "UNSUPPORTED");
        assertThat(server.requests()).noneMatch(request -> request.path().endsWith("sftp"));
    }

    @Test
    void aDaemonThatDoesNotKnowTheCallHasNoSftpAndAContainerThatIsMissingIsMissing() {
        server.on(SFTP, ScriptedLxd.error(404, "not found"));
        fails(engine.files().stat(WEB, "/etc/name"), EngineException.Unsupported.class, "UNSUPPORTED");

        server.on(SFTP, ScriptedLxd.error(404, "Instance not found"));
        fails(engine.files().stat(WEB, "/etc/name"), EngineException.NotFound.class, "NO_SUCH_CONTAINER");
    }

    private void speaks(Manners manners) {
        server.on(SFTP, ScriptedSftp.with(manners));
    }

    private Flux<byte[]> download(String path) {
        return engine.files().getArchive(WEB, path).flatMapMany(EngineStream::items);
    }

    private static void fails(Publisher<?> call, Class<? extends EngineException> kind, String code) {
        StepVerifier.create(Flux.from(call).then(Mono.empty()))
                .expectErrorSatisfies(failure -> isA(failure, kind, code))
                .verify(WAIT);
    }

    private static void isA(Throwable failure, Class<? extends EngineException> kind, String code) {
        assertThat(failure).isInstanceOf(kind);
        assertThat(((EngineException) failure).code()).isEqualTo(code);
    }
}
