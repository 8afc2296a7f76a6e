package dev.roadstead.adapter.kleened;

import static dev.roadstead.adapter.kleened.Frames.STARTING;
import static dev.roadstead.adapter.kleened.Frames.closing;
import static dev.roadstead.adapter.kleened.Frames.failing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineKind;
import dev.roadstead.engine.EngineName;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.image.BuildSpec;
import dev.roadstead.image.ImageStep;
import dev.roadstead.image.ImportSpec;
import dev.roadstead.transport.NoLeaks;
import dev.roadstead.transport.Script;
import dev.roadstead.transport.ScriptedRequest;
import dev.roadstead.transport.ScriptedServer;
import dev.roadstead.transport.ScriptedWebSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** The making of images on Kleened as its daemon was recorded, and what is left when that fails. */
@ExtendWith(NoLeaks.class)
class KleenedImageWorkScriptedTest {
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final String NONE = "[]";
    private static final String LISTED =
            "[{\"id\":\"9d7ea88056aa\",\"name\":\"bad\",\"tag\":\"one\"},{\"id\":\"0c2c3f0948a9\",\"name\":\"\",\"tag\":\"\"}]";
    private static final String OLD = "[{\"id\":\"0c2c3f0948a9\",\"name\":\"bad\",\"tag\":\"one\"}]";
    private static final String AFTER = "[{\"id\":\"0c2c3f0948a9\",\"name\":\"\",\"tag\":\"\"}]";

    private final ScriptedServer server = ScriptedServer.onUnixSocket();
    private final BlockingQueue<String> configurations = new LinkedBlockingQueue<>();
    private final Engine engine = new KleenedEngineFactory()
            .create(new EngineSettings(
                    new EngineName("jails"), EngineKind.KLEENED, server.uri(), WAIT, WAIT, WAIT, 8, null));

    @AfterEach
    void close() throws IOException {
        engine.close().block(WAIT);
        server.awaitOpenConnections(0);
        server.close();
    }

    private void plays(ScriptedWebSocket.Play play, String... lists) {
        ScriptedWebSocket.Play whole = socket -> {
            configurations.add(socket.read().text());
            play.play(socket);
        };
        List<String> all = lists.length == 0 ? List.of(NONE) : List.of(lists);
        server.on("GET /images/create", ScriptedWebSocket.playing(whole))
                .on("GET /images/build", ScriptedWebSocket.playing(whole))
                .on(
                        "GET /images/list",
                        all.stream().map(list -> Script.json(200, list)).toArray(Script[]::new))
                .on("GET /containers/list", Script.json(200, NONE))
                .on("DELETE /images/9d7ea88056aa", Script.json(200, "{\"id\":\"9d7ea88056aa\"}"))
                .on("POST /images/0c2c3f0948a9/tag", Script.json(200, "{\"id\":\"0c2c3f0948a9\"}"));
    }

    @Test
    void eachMethodIsAskedForInKleenedsWords() throws Exception {
        plays(socket -> {
            socket.text(STARTING).text("cloning dataset...\n");
            closing(socket, 1000, "image created", "ce12dfdcc551");
        });

        List<ImageStep> steps = steps(engine.images().make(clone("FreeBSD:testing")));

        assertThat(steps)
                .containsExactly(
                        new ImageStep("cloning dataset...", null), new ImageStep("image created", "ce12dfdcc551"));
        assertThat(json(configurations.take()))
                .isEqualTo(
                        json(
                                "{\"method\":\"zfs-clone\",\"zfs_dataset\":\"zroot/kleene_basejail\",\"tag\":\"FreeBSD:testing\"}"));

        run(engine.images().make(new ImportSpec("fetch-auto", null, null, null)));
        assertThat(json(configurations.take())).isEqualTo(json("{\"method\":\"fetch-auto\",\"autotag\":true}"));
        run(engine.images().make(new ImportSpec("fetch", "file:///base.txz", null, "a:b")));
        assertThat(json(configurations.take()))
                .isEqualTo(json("{\"method\":\"fetch\",\"url\":\"file:///base.txz\",\"tag\":\"a:b\"}"));
        assertThat(targets("DELETE")).isEmpty();
    }

    @Test
    void progressIsToldLineByLineAsItWasLast() {
        plays(socket -> {
            socket.text(STARTING)
                    .text("\rbase.txz 100% of  1342 kB\rbase.txz 1342 kB 00s\r\n")
                    .text("Extracted 100 files...\nExtracted 200 files...\n");
            socket.raw(ScriptedWebSocket.frame(ScriptedWebSocket.TEXT, Frames.utf8("Step 1/2 : FROM x")));
            closing(socket, 1000, "image created", "bad80a00d884");
        });

        assertThat(steps(engine.images().make(clone("a:b"))))
                .extracting(ImageStep::status)
                .containsExactly(
                        "base.txz 1342 kB 00s",
                        "Extracted 100 files...",
                        "Extracted 200 files...",
                        "Step 1/2 : FROM x",
                        "image created");
    }

    @Test
    void theReasonIsTheLastMessage() {
        plays(socket -> {
            socket.text(STARTING).text("invalid dataset");
            failing(socket, 1011, "image creation failed: invalid dataset");
        });

        fails(engine.images().make(clone("x:y")), EngineException.InvalidRequest.class, "invalid dataset");
    }

    @Test
    void aReasonLongerThanAFarewellIsAFailureAndWhatItLeftIsRemoved() {
        plays(socket -> socket.text(STARTING).text("cloning dataset...\n").cut(), NONE, LISTED, NONE);

        fails(engine.images().make(clone("bad:one")), EngineException.Failed.class, "cloning dataset...");

        assertThat(targets("DELETE")).containsExactly("/images/9d7ea88056aa");
    }

    @Test
    void theNameGoesBackToTheImageThatHadIt() {
        plays(
                socket -> {
                    socket.text(STARTING).text("fetch: Not Found\n").text("could not fetch file from url");
                    failing(socket, 1011, "image creation failed: could not fetch file from url");
                },
                OLD,
                LISTED,
                AFTER);

        fails(engine.images().make(clone("bad:one")), EngineException.Failed.class, "could not fetch");

        assertThat(targets("DELETE")).containsExactly("/images/9d7ea88056aa");
        assertThat(targets("POST")).containsExactly("/images/0c2c3f0948a9/tag?nametag=bad%3Aone");
    }

    @Test
    void whoeverGivesUpLeavesNothing() {
        plays(
                socket -> {
                    socket.text(STARTING).text("copying dataset into the new image, this can take a while...\n");
                    socket.awaitEnd();
                },
                NONE,
                LISTED,
                NONE);

        StepVerifier.create(engine.images().make(clone("bad:one")))
                .expectNextCount(1)
                .thenCancel()
                .verify(WAIT);

        Awaitility.await()
                .atMost(WAIT)
                .untilAsserted(() -> assertThat(targets("DELETE")).containsExactly("/images/9d7ea88056aa"));
    }

    @Test
    void aBadConfigurationAndACrashAreFailures() {
        plays(socket -> {
            socket.text("Invalid string. Got: integer");
            failing(socket, 1002, "invalid parameters");
        });
        fails(engine.images().make(clone("x:y")), EngineException.InvalidRequest.class, "Invalid string");

        plays(socket -> socket.raw(Frames.farewell(1011, "")).awaitEnd());
        fails(engine.images().make(clone("x:y")), EngineException.Failed.class, "told no reason");
    }

    @Test
    void whatMakesKleenedCrashIsNeverSent() {
        plays(socket -> socket.awaitEnd());

        fails(engine.images().make(clone("a:b:c")), EngineException.InvalidRequest.class, "tag");
        fails(engine.images().make(clone("")), EngineException.InvalidRequest.class, "tag");
        fails(
                engine.images().make(new ImportSpec("docker-pull", null, null, null)),
                EngineException.InvalidRequest.class,
                "method");
        fails(
                engine.images().make(new ImportSpec("fetch", "-o /etc/passwd", null, "a")),
                EngineException.InvalidRequest.class,
                "url");
        fails(
                engine.images().make(new ImportSpec("zfs-copy", null, null, "a")),
                EngineException.InvalidRequest.class,
                "dataset");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void aBuildTellsItsStepsAndItsImage() throws Exception {
        plays(socket -> {
            socket.text(Frames.message("starting", "", "d4b846ecb6ca"));
            socket.text("Step 1/1 : FROM FreeBSD:testing").text("--> Snapshot created: @500502b81966");
            closing(socket, 1000, "image created", "d4b846ecb6ca");
        });

        List<ImageStep> steps = steps(engine.images()
                .build(new BuildSpec("/tmp/kleened-ctx/ok", "Other", "app:v1", Map.of("WHO", "gateway"))));

        assertThat(steps.getLast().image()).isEqualTo("d4b846ecb6ca");
        assertThat(steps).hasSize(3);
        assertThat(json(configurations.take())).isEqualTo(json("""
                        {"context":"/tmp/kleened-ctx/ok","dockerfile":"Other","tag":"app:v1","container_config":{},
                        "buildargs":{"WHO":"gateway"}}"""));
    }

    @Test
    void aStepThatFailsIsTheBuildsFailureAndItsLeftoversAreRemoved() {
        plays(socket -> {
            socket.text(Frames.message("starting", "", "9d7ea88056aa"));
            socket.text("Step 2/2 : RUN ls /notexist")
                    .text("The command '/bin/sh -c ls /notexist' returned a non-zero code: 1");
            failing(socket, 1011, "image build failed");
        });
        server.on(
                        "GET /containers/list",
                        Script.json(200, "[{\"id\":\"226d651ac68b\",\"name\":\"builder_9d7ea88056aa\"}]"))
                .on("DELETE /containers/226d651ac68b", Script.json(200, "{\"id\":\"226d651ac68b\"}"));

        fails(
                engine.images().build(new BuildSpec("/ctx", null, "failing:x", Map.of())),
                EngineException.InvalidRequest.class,
                "non-zero code: 1");

        assertThat(targets("DELETE")).containsExactly("/containers/226d651ac68b", "/images/9d7ea88056aa");
    }

    @Test
    void aDockerfileThatMakesNoSenseIsTheCallersFault() {
        for (String reason : List.of(
                "error in 'FOO bar': invalid instruction",
                "'RUN echo x' not permitted before a FROM instruction",
                "ENV/ARG variable name is invalid on line: ENV 1BAD=x",
                "Could not open Docker file /tmp/kleened-ctx/ok/Nope: :enoent")) {
            plays(socket -> {
                socket.text(STARTING).text(reason);
                failing(socket, 1011, "failed to process Dockerfile");
            });
            fails(
                    engine.images().build(new BuildSpec("/ctx", null, null, Map.of())),
                    EngineException.InvalidRequest.class,
                    reason.substring(0, 8));
        }
        plays(socket -> {
            socket.text(STARTING).text("error: could not find image NoSuch:image");
            failing(socket, 1011, "image build failed");
        });
        fails(
                engine.images().build(new BuildSpec("/ctx", null, null, Map.of())),
                EngineException.NotFound.class,
                "NoSuch:image");
    }

    private static ImportSpec clone(String tag) {
        return new ImportSpec("zfs-clone", null, "zroot/kleene_basejail", tag);
    }

    private List<String> targets(String method) {
        return server.requests().stream()
                .filter(request -> request.method().equals(method))
                .map(ScriptedRequest::target)
                .toList();
    }

    private static Object json(String text) {
        return KleenedWire.mapper().readTree(text);
    }

    private static List<ImageStep> steps(Flux<ImageStep> making) {
        return Objects.requireNonNull(making.collectList().block(WAIT));
    }

    private static void run(Flux<ImageStep> making) {
        making.blockLast(WAIT);
    }

    private static void fails(Publisher<?> call, Class<? extends EngineException> kind, String words) {
        StepVerifier.create(Flux.from(call).then())
                .expectErrorSatisfies(failure -> {
                    assertThat(failure).isInstanceOf(kind);
                    assertThat(failure).hasMessageContaining(words);
                })
                .verify(WAIT);
    }
}
