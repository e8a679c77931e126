"""Notices (thông báo, nhắc việc): what people are told, in the portal, by e-mail, in a calendar."""
