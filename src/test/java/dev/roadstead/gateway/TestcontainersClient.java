package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.testcontainers.containers.Container;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.output.OutputFrame;
import org.testcontainers.containers.output.ToStringConsumer;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/** What tests do with Testcontainers: a scenario by its name. */
public final class TestcontainersClient {
    private static final DockerImageName IMAGE = DockerImageName.parse("busybox:latest");
    private static final int PORT = 8080;
    private static final String SERVING =
            "mkdir /www; echo served > /www/index.html; echo ready; exec httpd -f -p 8080 -h /www";

    private TestcontainersClient() {}

    /** Runs it. */
    public static void main(String... arguments) throws Exception {
        switch (arguments[0]) {
            case "startsAndIsReached" -> startsAndIsReached();
            case "executes" -> executes();
            case "copiesFilesInAndOut" -> copiesFilesInAndOut();
            case "followsALog" -> followsALog();
            case "tellsWhyOneDidNotStart" -> tellsWhyOneDidNotStart();
            case "letsThemFindEachOther" -> letsThemFindEachOther();
            default -> throw new IllegalArgumentException("no scenario " + arguments[0]);
        }
        // The library's threads stay.
        Runtime.getRuntime().exit(0);
    }

    private static GenericContainer<?> container(String script) {
        return new GenericContainer<>(IMAGE)
                .withCommand("sh", "-c", script)
                .withLabel("dev.roadstead.test", "testcontainers")
                .withStartupTimeout(Duration.ofSeconds(60));
    }

    private static GenericContainer<?> sleeping() {
        return container("echo ready; sleep 300").waitingFor(Wait.forLogMessage("ready\n", 1));
    }

    private static void startsAndIsReached() throws IOException, InterruptedException {
        try (GenericContainer<?> web = container(SERVING).withExposedPorts(PORT).waitingFor(Wait.forHttp("/"))) {
            web.start();
            URI uri = URI.create("http://%s:%d/".formatted(web.getHost(), web.getMappedPort(PORT)));
            try (HttpClient http = HttpClient.newHttpClient()) {
                assertThat(http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                                .body())
                        .isEqualTo("served\n");
            }
            assertThat(web.isRunning()).isTrue();
        }
    }

    private static void executes() throws IOException, InterruptedException {
        try (GenericContainer<?> box = sleeping()) {
            box.start();
            Container.ExecResult result = box.execInContainer("sh", "-c", "echo out; echo err >&2; exit 7");
            assertThat(result.getExitCode()).isEqualTo(7);
            assertThat(result.getStdout()).isEqualTo("out\n");
            assertThat(result.getStderr()).isEqualTo("err\n");
        }
    }

    private static void copiesFilesInAndOut() throws IOException, InterruptedException {
        byte[] data = new byte[1 << 20];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) (i * 31);
        }
        try (GenericContainer<?> box = sleeping().withCopyToContainer(Transferable.of(data), "/tmp/data")) {
            box.start();
            assertThat(box.execInContainer("wc", "-c", "/tmp/data").getStdout()).startsWith("1048576 ");
            byte[] back = box.copyFileFromContainer("/tmp/data", stream -> stream.readAllBytes());
            assertThat(back).isEqualTo(data);
        }
    }

    private static void followsALog() throws InterruptedException {
        CountDownLatch ten = new CountDownLatch(10);
        try (GenericContainer<?> talker = container("while :; do echo tick; sleep 0.1; done")
                .withLogConsumer((OutputFrame frame) -> {
                    if (frame.getBytes() != null
                            && new String(frame.getBytes(), StandardCharsets.UTF_8).contains("tick")) {
                        ten.countDown();
                    }
                })) {
            talker.start();
            assertThat(ten.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static void tellsWhyOneDidNotStart() {
        ToStringConsumer log = new ToStringConsumer();
        try (GenericContainer<?> failing = container("echo no good; exit 3")
                .withLogConsumer(log)
                .withStartupAttempts(1)
                .withStartupCheckStrategy(new OneShotStartupCheckStrategy())) {
            assertThatThrownBy(failing::start).isInstanceOf(ContainerLaunchException.class);
            assertThat(log.toUtf8String()).contains("no good");
        }
    }

    private static void letsThemFindEachOther() throws IOException, InterruptedException {
        try (Network network = Network.newNetwork();
                GenericContainer<?> web = container(SERVING)
                        .withNetwork(network)
                        .withNetworkAliases("web")
                        .waitingFor(Wait.forLogMessage("ready\n", 1));
                GenericContainer<?> other = sleeping().withNetwork(network)) {
            web.start();
            other.start();
            assertThat(other.execInContainer("wget", "-qO-", "http://web:8080/").getStdout())
                    .isEqualTo("served\n");
        }
    }
}
