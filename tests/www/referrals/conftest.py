from tests.referrals.conftest import two

__all__ = ["two"]
