package dev.roadstead.adapter.lxd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Command lines as the daemon keeps them: in one text, split as a shell splits. */
class OciProcessTest {
    @Test
    void wordsComeBackAsTheyWereWritten() {
        List<String> words = List.of("sh", "-c", "echo \"it's\" $HOME \\ ; exit", "", "two\nlines", "'");

        assertThat(OciProcess.words(words.stream().map(OciProcess::quoted).collect(Collectors.joining(" "))))
                .isEqualTo(words);
    }

    @Test
    void linesThatOthersWroteAreReadAsAShellReadsThem() {
        assertThat(OciProcess.words("  /bin/nginx -g \"daemon off;\" --a='b c'  d\\ e \"\" "))
                .containsExactly("/bin/nginx", "-g", "daemon off;", "--a=b c", "d e", "");
        assertThat(OciProcess.words("unclosed 'quote here")).containsExactly("unclosed", "quote here");
        assertThat(OciProcess.words("")).isEmpty();
    }

    @Test
    void whatTheImageSaysIsNotTheContainersOwn() {
        Map<String, String> config = Map.of("volatile.container.oci", "true", "oci.entrypoint", "nginx -g x");

        assertThat(OciProcess.entrypoint(config)).isNull();
        assertThat(OciProcess.command(config)).isNull();
    }

    @Test
    void aLineThatWasShortenedSinceIsNoFault() {
        Map<String, String> config =
                Map.of("volatile.container.oci", "true", "oci.entrypoint", "sh", OciProcess.ENTRYPOINT_WORDS, "3");

        assertThat(OciProcess.entrypoint(config)).containsExactly("sh");
        assertThat(OciProcess.command(config)).isNull();
    }
}
