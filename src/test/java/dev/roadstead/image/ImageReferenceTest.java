package dev.roadstead.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {
    private static final String DIGEST = "sha256:" + "0f".repeat(32);

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "busybox,busybox,-,docker.io,latest",
                "busybox:1.36,busybox,1.36,docker.io,1.36",
                "library/busybox,library/busybox,-,docker.io,latest",
                "localhost/web:one,localhost/web,one,localhost,one",
                "localhost:5000/web,localhost:5000/web,-,localhost:5000,latest",
                "registry.example.com:5000/shop/web:1.2,registry.example.com:5000/shop/web,1.2,registry.example.com:5000,1.2",
                "REGISTRY.example.com/web,REGISTRY.example.com/web,-,REGISTRY.example.com,latest",
                "shop/web__api/v-1:T_a.g-1,shop/web__api/v-1,T_a.g-1,docker.io,T_a.g-1",
                "10.0.0.5:5000/a,10.0.0.5:5000/a,-,10.0.0.5:5000,latest"
            })
    void readsAReference(String text, String repository, String tag, String registry, String version) {
        ImageReference reference = ImageReference.parse(text);

        assertThat(reference.repository()).isEqualTo(repository);
        assertThat(reference.tag()).isEqualTo(tag);
        assertThat(reference.digest()).isNull();
        assertThat(reference.registry()).isEqualTo(registry);
        assertThat(reference.version()).isEqualTo(version);
        assertThat(reference).hasToString(text);
    }

    @Test
    void readsAnAliasOfARemote() {
        ImageReference reference = ImageReference.parse("images:alpine/3.20/cloud");

        assertThat(reference).hasToString("images:alpine/3.20/cloud");
        assertThat(reference.registry()).isEqualTo("images");
        assertThat(reference.tag()).isNull();
    }

    @Test
    void aDigestSaysMoreThanATag() {
        ImageReference reference = ImageReference.parse("shop/web:1.2@" + DIGEST);

        assertThat(reference.tag()).isEqualTo("1.2");
        assertThat(reference.digest()).isEqualTo(DIGEST);
        assertThat(reference.version()).isEqualTo(DIGEST);
        assertThat(reference).hasToString("shop/web:1.2@" + DIGEST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "Busybox",
                "busybox:",
                "busybox:a b",
                "busybox@",
                "busybox@sha256:12",
                "-busybox",
                "a//b",
                "a/../b",
                "../a",
                "/a",
                "a/",
                "Host:port/a",
                "busybox\n",
                "busybox?tag=x",
                "http://busybox",
                "a..b"
            })
    void refusesWhatIsNone(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ImageReference.parse(text))
                .withMessageContaining("expected");
    }

    @Test
    void refusesATagOfMoreThan128CharactersAndARepositoryOfMoreThan255() {
        assertThat(ImageReference.parse("a:" + "t".repeat(128)).tag()).hasSize(128);
        assertThatIllegalArgumentException().isThrownBy(() -> ImageReference.parse("a:" + "t".repeat(129)));
        assertThat(ImageReference.parse("r".repeat(255)).repository()).hasSize(255);
        assertThatIllegalArgumentException().isThrownBy(() -> ImageReference.parse("r".repeat(256)));
    }

    // A pattern that tries every way to split such a text would take years.
    @Test
    void refusesANastyTextAtOnce() {
        assertThatIllegalArgumentException().isThrownBy(() -> ImageReference.parse("a" + "-a".repeat(126) + "!"));
        assertThatIllegalArgumentException().isThrownBy(() -> ImageReference.parse("a".repeat(254) + "!"));
        assertThatIllegalArgumentException().isThrownBy(() -> ImageReference.parse("a/".repeat(126) + "A!"));
    }

    @Test
    void credentialsAreNotShown() {
        assertThat(new RegistryAuth("ci", "correct horse", "token", "registry.example.com"))
                .hasToString("RegistryAuth[registry.example.com]");
    }
}
