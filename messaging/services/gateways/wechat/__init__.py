from .gateway import OfficialAccount, TemplateMessage, WeChatSource, WeChatTemplates

__all__ = ("OfficialAccount", "TemplateMessage", "WeChatSource", "WeChatTemplates")
