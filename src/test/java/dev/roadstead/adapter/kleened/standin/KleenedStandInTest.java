package dev.roadstead.adapter.kleened.standin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.transport.TestPki;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Holds the stand-in to the recordings of the real daemon: every exchange of every recording is said again, in its order, and the answer
 * must be like the recorded one. What may differ is told in {@link Likeness}, what the recorder did besides in {@link Stages}.
 */
@RequiresJails
class KleenedStandInTest {
    @TempDir
    private Path directory;

    @TestFactory
    Stream<DynamicTest> everyRecordedExchangeIsAnsweredLikeTheDaemonDid() {
        return Recording.names().stream().map(name -> DynamicTest.dynamicTest(name, () -> replay(name)));
    }

    @Test
    void noRecordingIsUnused() {
        List<String> unused = Recording.names().stream()
                .filter(name -> Stages.find(name) == null)
                .toList();

        assertThat(unused).isEmpty();
        assertThat(Recording.names())
                .hasSize(18)
                .allSatisfy(name -> assertThat(Recording.of(name).exchanges()).isNotEmpty());
    }

    private void replay(String name) throws IOException, InterruptedException, GeneralSecurityException {
        Path own = Files.createDirectories(directory.resolve(name));
        List<String> differences = new Replay(Stages.of(name), tls()).run(own);
        assertThat(differences).isEmpty();
    }

    static Replay.Tls tls() throws GeneralSecurityException {
        TestPki pki = new TestPki("kleened");
        SSLContext stranger = SSLContext.getInstance("TLS");
        stranger.init(null, pki.trust().getTrustManagers(), null);
        return new Replay.Tls(pki.server(pki.issue("server", "127.0.0.1")), pki.server(pki.issue("client")), stranger);
    }
}
