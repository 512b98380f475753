from .robot import GroupRobot, WeComRobot

__all__ = ("GroupRobot", "WeComRobot")
