"""The field tables and codes of the document of insurance_service, as it writes them."""

from __future__ import annotations

from tests.portals.definitions import KINDS

COMMON = """
record_no 记录编号|Record no.
order_id 服务订单|Service order
policy_no 保单号
enterprise_id 投保单位
insurer_id 保险机构
agency_id 服务机构
service_date 服务日期|Service date
place 服务地点|Place
staff_ids 服务人员|Service staff
external_experts 外聘专家|External experts
content 服务内容|Content
confirm_file 服务确认单|Signed confirmation
remark 备注|Remark
"""
ORG = """
name 机构名称|Name
uscc 统一社会信用代码
region_id 所属区域|Region
contact_name 联系人|Contact
contact_phone 联系电话|Mobile
status 状态
"""
TABLES = {
    "service_order": """
order_no 服务订单号|Order no.
policy_id 保单|Policy
policy_no 保单号|Policy no.
insurer_id 保险机构|Insurer
enterprise_id 投保单位|Insured enterprise
agency_id 安全生产技术服务机构|Agency
required_services 约定服务项目|Agreed service kinds
requirement 服务要求|Requirements
expect_finish 期望完成日期|Expected finish
status 状态|Status
assigned_at 指定时间|Assigned at
assigned_by 指定人|Assigned by
accept_result 受理结果|Acceptance result
accept_at 受理时间|Accepted at
accept_by 受理人|Accepted by
leader_id 服务负责人|Service leader
member_ids 服务人员|Members
accept_opinion 受理意见|Opinion
plan_file 服务方案|Service plan
cnt_training 安全培训记录数
cnt_risk 风险识别记录数
cnt_inspection 隐患排查记录数
cnt_standardization 标准化建设记录数
cnt_drill 应急预案编制和演练记录数
cnt_tech 安全生产科技推广应用记录数
cnt_other 其他有关事故预防工作记录数
progress 服务进度|Progress
finish_at 办结时间
finish_summary 总结
finish_files 附件
accept_due 受理期限|Accept by
overdue_accept 受理超期|Acceptance overdue
""",
    "order_log": """
order_id 服务订单
time 时间
operator 操作人
action 操作
from 原状态
to 新状态
remark 备注
""",
    "training_record": COMMON
    + """
title 培训主题|Topic
train_type 培训类型|Type
method 培训方式|Method
start_at 开始时间|From
end_at 结束时间|To
hours 学时|Hours
lecturer 讲师|Lecturer
trainee_count 参训人数|Trainees
sign_in_files 签到表|Sign-in sheet
courseware 培训课件|Courseware
photos 培训照片|Photos
attachments 附件|Attachments
""",
    "risk_record": COMMON
    + """
title 评估名称|Title
method 辨识方法|Method
risk_level 综合风险等级|Overall level
cnt_major 重大风险点数
cnt_larger 较大风险点数
cnt_general 一般风险点数
cnt_low 低风险点数
report_files 评估报告|Assessment report
photos 现场照片|Site photos
attachments 附件|Attachments
""",
    "inspection_record": COMMON
    + """
title 排查名称|Title
check_type 排查类型|Type
scope_text 排查范围|Areas checked
report_files 排查报告|Report
hazard_total 隐患数
hazard_done 已整改数
hazard_rate 整改率
photos 现场照片|Site photos
attachments 附件|Attachments
""",
    "standardization_record": COMMON
    + """
title 建设内容|Subject
target_level 标准化等级|Target level
stage 所处阶段|Stage
photos 现场照片|Site photos
attachments 成果材料|Deliverables
""",
    "drill_record": COMMON
    + """
work_type 工作类型|Work type
title 预案/演练名称|Name
plan_type 预案类别|Plan type
drill_form 演练形式|Drill form
participants 参演人数|Participants
plan_files 预案文本|Plan text
drill_files 演练记录|Drill record
evaluation 演练评估|Evaluation
photos 演练照片|Photos
attachments 附件|Attachments
""",
    "tech_record": COMMON
    + """
title 推广项目名称|Project
category 类别|Category
effect 应用效果|Effect
photos 现场照片|Site photos
attachments 佐证材料|Evidence
""",
    "other_record": COMMON
    + """
title 工作名称|Work title
result_text 工作成效|Result
photos 现场照片|Site photos
attachments 佐证材料|Evidence
""",
    "hazard": """
hazard_no 隐患编号|No.
inspection_id 排查记录|Inspection
order_id 服务订单
enterprise_id 投保单位
agency_id 服务机构
description 隐患描述|Description
category 隐患类别|Category
level 隐患等级|Level
location 隐患部位|Location
found_date 发现日期|Found on
photos 隐患图片|Hazard photos
suggestion 整改建议|Advice
deadline 整改期限|Deadline
status 整改状态|Status
overdue 是否逾期|Overdue
after_photos 整改后图片|After photos
rectify_desc 整改说明|Measures taken
rectify_date 整改完成日期|Rectified on
rectified_by 整改录入人|Entered by
rectified_at 整改录入时间
return_reason 退回原因|Return reason
""",
    "policy": """
policy_no 保单号|Policy no.
insurer_id 保险机构|Insurer
enterprise_id 投保单位|Insured enterprise
insured_headcount 投保人数|Insured persons
amount 保险金额|Sum insured
premium 保费|Premium
prevention_fee 事故预防服务费|Prevention fee
start_date 保险起期
end_date 保险止期
policy_file 保单文件|Policy file
letter_no 函号|Letter no.
letter_date 出函日期|Letter date
letter_file 函件
agency_id 当前服务机构
order_id 当前订单
status 状态|Status
""",
    "enterprise": """
name 单位名称|Name
uscc 统一社会信用代码|USCC
industry 行业类别|Industry
region_id 所属区域|Region
address 地址
geo 位置|Coordinates
employee_count 从业人数|Employees
contact_name 安全负责人|Safety contact
contact_phone 联系电话|Mobile
""",
    "service_agency": ORG
    + """
legal_person 法定代表人|Legal representative
address 地址
service_kinds 可服务项目|Service kinds
qualification_files 资质证书|Qualification
qualification_end 有效期至|Valid until
""",
    "insurer": ORG,
    "account": """
account 账号|Login name
name 姓名|Name
phone 手机号|Mobile
password 密码|Password
role_ids 角色|Roles
org_id 所属机构|Organisation
region_id 监管区域|Region
user_type 用户类型|User type
status 状态
must_change_pwd 须改密|Must change
last_login_at 最后登录时间
login_count 登录次数
""",
    "role": """
name 角色名称|Role name
remark 说明|Description
builtin 内置|Built-in
""",
}

CODES = {
    "service_order.status": "pending serving declined finished withdrawn terminated",
    "service_order.accept_result": "agree disagree",
    "service_order.required_services": " ".join(KINDS),
    "order_log.action": "designate withdraw accept decline close reopen terminate",
    "training_record.train_type": "all_staff managers special law warning other",
    "training_record.method": "onsite online visit experience",
    "risk_record.method": "lec ls checklist hazop other",
    "risk_record.risk_level": "major larger general low",
    "inspection_record.check_type": "full special seasonal recheck",
    "standardization_record.target_level": "level1 level2 level3 micro",
    "standardization_record.stage": "consulting documents self_review application improvement",
    "drill_record.work_type": "plan_new plan_revision drill",
    "drill_record.plan_type": "general special onsite",
    "drill_record.drill_form": "tabletop field combined",
    "tech_record.category": "technology process material equipment system",
    "hazard.status": "open rectified",
    "hazard.level": "general major",
    "hazard.category": "basic site equipment behaviour fire electrical hazchem other",
    "policy.status": "draft lettered designated serving finished cancelled expired",
    "enterprise.industry": (
        "mining hazchem fireworks transport construction explosives metallurgy fishery other"
    ),
    "service_agency.service_kinds": " ".join(KINDS),
    "service_agency.status": "enabled disabled",
    "insurer.status": "enabled disabled",
    "account.status": "enabled disabled",
}


def table(name: str) -> dict[str, tuple[str, str]]:
    """Code -> Chinese and English label of a field table of the document ("" where it gives none)."""
    rows = [line.partition(" ") for line in TABLES[name].strip().splitlines() if line]
    return {code: (label.partition("|")[0], label.partition("|")[2]) for code, _, label in rows}
