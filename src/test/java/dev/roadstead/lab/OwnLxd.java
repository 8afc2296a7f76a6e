package dev.roadstead.lab;

import dev.roadstead.transport.EngineRequest;
import java.io.Closeable;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/**
 * An LXD daemon of a test's own beside the lab's, to be killed and started again. It has a pool, the image {@code busybox}, and no
 * network. It lives in the lab's folder under the lab's name, so that the lab ends what a test that was killed has left.
 */
public final class OwnLxd implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path lab = Path.of(Lab.lxd().getPath()).getParent().getParent();
    private final Path home = lab.resolve("own-lxd");
    private @Nullable Process daemon;

    /** Starts one and waits until it is ready. */
    public OwnLxd() throws IOException {
        try {
            removeHome();
            Files.createDirectories(home);
            start();
            LxdDaemon api = new LxdDaemon(uri());
            api.call("POST", "/1.0/storage-pools", "{'name':'default','driver':'dir'}");
            api.call(
                    "PATCH",
                    "/1.0/profiles/default",
                    "{'devices':{'root':{'type':'disk','path':'/','pool':'default'}}}");
            byte[] image = Files.readAllBytes(lab.resolve("images/busybox-lxd.tar.gz"));
            JsonNode loaded =
                    api.call(EngineRequest.post("/1.0/images").upload("application/octet-stream", Flux.just(image)));
            api.call(
                    "POST",
                    "/1.0/images/aliases",
                    "{'name':'busybox','target':'%s'}"
                            .formatted(
                                    loaded.at("/metadata/metadata/fingerprint").asString()));
        } catch (IOException | RuntimeException failed) {
            try (this) {
                throw failed;
            }
        }
    }

    public URI uri() {
        return URI.create("unix://" + home.resolve("unix.socket"));
    }

    /** Starts it again. */
    public void start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder("lxd", "--group", "root")
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(
                        lab.resolve("log").resolve("own-lxd.log").toFile()));
        builder.environment().put("LXD_DIR", home.toString());
        builder.environment().put("ROADSTEAD_LAB_OWNER", lab + ":own-lxd");
        daemon = builder.start();
        // Before it is ready it answers some calls already.
        run(List.of("lxd", "waitready", "--timeout", String.valueOf(PATIENCE.toSeconds())));
    }

    /** Ends it as a crash does; its containers run on. */
    public void kill() {
        end(Objects.requireNonNull(daemon).destroyForcibly());
    }

    /** Removes its containers, ends it, and removes all that it had. */
    @Override
    public void close() throws IOException {
        try (Closeable _ = this::removeHome;
                Closeable _ = this::killIfThere) {
            if (daemon != null && daemon.isAlive()) {
                removeContainers();
            }
        }
    }

    private void killIfThere() {
        if (daemon != null) {
            kill();
        }
    }

    private void removeContainers() {
        LxdDaemon api = new LxdDaemon(uri());
        for (JsonNode instance :
                api.call(EngineRequest.get("/1.0/instances?recursion=1")).required("metadata")) {
            String path = "/1.0/instances/" + instance.required("name").asString();
            if (!instance.required("status").asString().equals("Stopped")) {
                api.call("PUT", path + "/state", "{'action':'stop','force':true}");
            }
            api.call(EngineRequest.delete(path));
        }
    }

    private static void end(Process process) {
        Awaitility.await("the end of " + process.pid()).atMost(PATIENCE).until(() -> !process.isAlive());
    }

    private void removeHome() throws IOException {
        List<String> mounts = Files.readAllLines(Path.of("/proc/mounts")).stream()
                .map(line -> line.split(" ", 3)[1])
                .filter(at -> at.startsWith(home + "/"))
                .toList()
                .reversed();
        for (String mount : mounts) {
            run(List.of("umount", "-l", mount));
        }
        run(List.of("rm", "-rf", "--one-file-system", home.toString()));
    }

    private void run(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().put("LXD_DIR", home.toString());
        Process process = builder.start();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException(command + " failed");
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException(stopped);
        }
    }
}
