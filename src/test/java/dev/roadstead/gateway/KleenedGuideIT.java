package dev.roadstead.gateway;

import static dev.roadstead.gateway.GatewaySubject.path;
import static dev.roadstead.gateway.GatewaySubject.text;
import static dev.roadstead.gateway.GatewaySubject.texts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.adapter.kleened.standin.KleenedStandIn;
import dev.roadstead.adapter.kleened.standin.RequiresJails;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What Kleened's own guide for developers goes through (recording 90), said in the unified API with curl and a WebSocket client: an image
 * is made and listed, a container is made and started with its output shown, another one is started alone, used, stopped and removed.
 */
@RequiresJails
class KleenedGuideIT {
    private static final String IMAGE = "FreeBSD-13.2-STABLE:latest";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @Test
    void theGuideWorksWithCurlAndAWebSocketClient() throws Exception {
        try (KleenedStandIn standIn = KleenedStandIn.onUnixSocket(folder);
                RunningGateway gateway = RunningGateway.start(
                        Map.of("jails", standIn.uri().toString()),
                        "roadstead.engines.jails.kind=kleened",
                        "roadstead.engines.jails.kleened.capture-logs=true")) {
            Curl api = new Curl(gateway);

            JsonNode operation = api.json(202, "/v1/engines/jails/images/import", """
                    {"method":"zfs-clone","dataset":"zroot/kleene_basejail","tag":"%s"}""".formatted(IMAGE));
            JsonNode made = api.get(200, "/v1/operations/%s/wait?timeout=30".formatted(text(operation, "id")));
            assertThat(text(made, "status")).as(made.toString()).isEqualTo("succeeded");
            JsonNode images = api.get(200, "/v1/engines/jails/images").required("images");
            assertThat(images)
                    .anySatisfy(
                            image -> assertThat(texts(image.required("tags"))).containsExactly(IMAGE));

            JsonNode lists = created(api, "ls /bin/sh");
            api.post(200, path(lists, "/start"));
            // Who comes after the end is still told all of it.
            try (SocketClient client = SocketClient.open(gateway, TerminalsOverSocket.terminal(lists, ""))) {
                List<JsonNode> frames = client.until("exit");
                assertThat(SocketClient.text(frames, "stdout")).isEqualTo("/bin/sh\n");
                assertThat(frames.getLast().required("code").asInt()).isZero();
                client.closed(1000);
            }
            assertThat(api.text(200, path(lists, "/logs"))).isEqualTo("/bin/sh\n");

            JsonNode sleeps = created(api, "sleep 60");
            api.post(200, path(sleeps, "/start"));
            JsonNode told = api.json(200, path(sleeps, "/exec"), "{\"command\":\"echo in it; exit 3\"}");
            assertThat(text(told, "stdout")).isEqualTo("in it\n");
            assertThat(told.required("exit_code").asInt()).isEqualTo(3);
            try (SocketClient client = SocketClient.open(
                    gateway,
                    TerminalsOverSocket.terminal(
                            sleeps, "?mode=shell&command=" + RunningGateway.encoded("echo in it")))) {
                List<JsonNode> frames = client.until("exit");
                assertThat(SocketClient.text(frames, "stdout")).isEqualTo("in it\n");
                client.closed(1000);
            }
            JsonNode stopped = api.post(200, path(sleeps, "/stop"));
            assertThat(stopped.required("changed").asBoolean()).isTrue();
            assertThat(text(stopped, "status")).isEqualTo("stopped");

            for (JsonNode container : List.of(lists, sleeps)) {
                api.text(204, path(container, ""), "-X", "DELETE");
            }
            assertThat(api.get(200, "/v1/containers?engine=jails").required("containers"))
                    .isEmpty();
        }
    }

    private static JsonNode created(Curl api, String script) throws Exception {
        return api.json(201, "/v1/containers", """
                {"engine":"jails","image":"%s","command":["/bin/sh","-c","%s"]}""".formatted(IMAGE, script));
    }

    /** The program as users call it. */
    private record Curl(RunningGateway gateway) {
        JsonNode get(int status, String path) throws IOException, InterruptedException {
            return JSON.readTree(text(status, path));
        }

        JsonNode post(int status, String path) throws IOException, InterruptedException {
            return JSON.readTree(text(status, path, "-X", "POST"));
        }

        JsonNode json(int status, String path, String body) throws IOException, InterruptedException {
            return JSON.readTree(text(status, path, "-H", "Content-Type: application/json", "-d", body));
        }

        String text(int status, String path, String... options) throws IOException, InterruptedException {
            List<String> command = new ArrayList<>(List.of("curl", "-sS", "-m", "60", "-w", "\n%{http_code}"));
            command.addAll(List.of("-u", gateway.user() + ":" + gateway.password()));
            command.addAll(List.of(options));
            command.add(gateway.base() + path);
            Process curl = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(curl.waitFor()).as(output).isZero();
            int end = output.lastIndexOf('\n');
            assertThat(output.substring(end + 1)).as(output).isEqualTo(String.valueOf(status));
            return output.substring(0, end);
        }
    }
}
