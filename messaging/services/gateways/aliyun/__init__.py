from .gateway import AliyunAccount, AliyunSms

__all__ = ("AliyunAccount", "AliyunSms")
