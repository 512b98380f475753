from rest_framework import serializers

from accounts.models import Department, Staff


class DepartmentSerializer(serializers.ModelSerializer[Department]):
    class Meta:
        model = Department
        fields = ("id", "name_zh", "name_en", "official_code", "kind", "parent", "head", "deputy", "is_active")


class StaffSerializer(serializers.ModelSerializer[Staff]):
    roles = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Staff
        fields = (
            "id",
            "username",
            "display_name",
            "display_name_en",
            "employee_number",
            "extension",
            "email",
            "department",
            "roles",
            "is_active",
        )
