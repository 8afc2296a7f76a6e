package dev.roadstead.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.roadstead.engine.EngineName;
import dev.roadstead.transport.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownEnginesTest {
    private static final EngineName LXD = new EngineName("lxd-1");
    private static final Fingerprint FIRST = new Fingerprint("ab".repeat(32));
    private static final Fingerprint SECOND = new Fingerprint("cd".repeat(32));

    @TempDir
    private Path folder;

    @Test
    void theFirstCertificateIsTrustedAndAnotherIsNot() throws CertificateException {
        KnownEngines known = new KnownEngines(file());

        known.firstUse(LXD).check(FIRST);

        known.firstUse(LXD).check(FIRST);
        assertThatThrownBy(() -> known.firstUse(LXD).check(SECOND))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining(FIRST.value())
                .hasMessageContaining(SECOND.value())
                .hasMessageContaining(file().toString());
        known.firstUse(new EngineName("lxd-2")).check(SECOND);
        await().untilAsserted(() -> assertThat(file()).content().contains("lxd-1 ", "lxd-2 "));
    }

    @Test
    void whatWasLearnedOutlivesTheProcessInAFileForTheOwnerOnly() throws CertificateException, IOException {
        new KnownEngines(file()).firstUse(LXD).check(FIRST);
        await().untilAsserted(() -> assertThat(file()).hasContent("lxd-1 " + FIRST + "\n"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        assertThat(folder).isDirectoryNotContaining("glob:**.part");

        KnownEngines again = new KnownEngines(file());

        again.firstUse(LXD).check(FIRST);
        assertThatThrownBy(() -> again.firstUse(LXD).check(SECOND)).isInstanceOf(CertificateException.class);
    }

    @Test
    void anEngineWithoutALineIsTrustedAnew() throws CertificateException, IOException {
        Files.writeString(file(), "# remembered\n\nother " + FIRST + "\n");

        new KnownEngines(file()).firstUse(LXD).check(SECOND);

        await().untilAsserted(() -> assertThat(file()).content().contains("lxd-1 " + SECOND, "other " + FIRST));
    }

    @Test
    void aFileThatMakesNoSenseStopsTheStart() throws IOException {
        Files.writeString(file(), "lxd-1 12:34\n");

        assertThatThrownBy(() -> new KnownEngines(file()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("roadstead.security.known-engines")
                .hasMessageContaining(file().toString());
    }

    @Test
    void theConfiguredFingerprintIsTheOnlyOne() throws CertificateException {
        KnownEngines.configured(FIRST, "the.key").check(Fingerprint.parse("AB:".repeat(31) + "AB"));

        assertThatThrownBy(() -> KnownEngines.configured(FIRST, "the.key").check(SECOND))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("the.key")
                .hasMessageContaining(FIRST.value());
    }

    private Path file() {
        return folder.resolve("known_engines");
    }
}
