"""What is not known of a client is None, whatever else is known."""

from aescan.settings.profiles import ClientProfile


def test_a_profile_claims_nothing_by_itself() -> None:
    """A client of which only the key is known has no fact that a verdict could rest on."""
    profile = ClientProfile(key="x", title="X")
    facts = (
        *(profile.protocols, profile.cipher_suites, profile.key_algorithms, profile.minimum_rsa_bits),
        *(profile.refused_hashes, profile.doubtful_hashes, profile.server_auth, profile.validity, profile.name),
        profile.trusts,
    )

    assert set(facts) == {None}
    assert (profile.services, profile.trusted_patterns, profile.trust_store) == ((), (), "")
