from .gateway import TencentAccount, TencentSms

__all__ = ("TencentAccount", "TencentSms")
